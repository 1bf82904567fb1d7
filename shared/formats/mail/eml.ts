import { readFile } from 'node:fs/promises';
import type { Address, Attachment } from 'postal-mime';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format } from '#shared/formats/format.ts';
import type { MailAttachment } from './mail.ts';

/** Extensions of parts that mails leave without a name. */
const EXTENSIONS: Record<string, string> = {
  'message/rfc822': 'eml',
  'text/plain': 'txt',
  'text/html': 'html',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
};

/** Mails as they travel (RFC 5322 and MIME): head, text, attachments; a forwarded mail is an attachment. */
export const eml: Format = {
  id: 'eml',
  contentTypes: ['message/rfc822'],
  extensions: ['eml'],
  family: 'text',
  paged: false,
  holdsFiles: true,
  async open(path) {
    const { default: PostalMime } = await import('postal-mime');
    const { openMail } = await import('./mail.ts');
    const mail = await PostalMime.parse(await readFile(path), { forceRfc822Attachments: true, maxNestingDepth: 100 });
    if (mail.headers.length === 0) {
      throw new AppError('DAMAGED_FILE', { detail: 'The file does not begin with email headers.' });
    }
    return openMail({
      subject: mail.subject,
      from: mailboxes(mail.from ? [mail.from] : []),
      to: mailboxes(mail.to),
      cc: mailboxes(mail.cc),
      date: mail.date,
      text: mail.text,
      html: mail.html,
      attachments: mail.attachments.map(toAttachment),
    });
  },
};

function mailboxes(addresses: readonly Address[] = []): string[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || address))
    .filter((line) => line !== '');
}

function toAttachment(attachment: Attachment, index: number): MailAttachment {
  const { filename, mimeType, related, content } = attachment;
  const extension = EXTENSIONS[mimeType] ?? (mimeType.startsWith('text/') ? 'txt' : undefined);
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  return {
    name: filename || `attachment ${index + 1}${extension ? `.${extension}` : ''}`,
    contentType: mimeType,
    inline: related === true,
    bytes: () => bytes,
  };
}
