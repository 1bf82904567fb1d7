import { readFile } from 'node:fs/promises';
import type { FieldsData } from '@kenjiuno/msgreader';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format } from '#shared/formats/format.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import type { Mail, MailAttachment } from './mail.ts';

type Reader = import('@kenjiuno/msgreader').default;

/** Mails as Outlook stores them: a compound file whose streams are the mail's properties. */
export const msg: Format = {
  id: 'msg',
  contentTypes: ['application/vnd.ms-outlook'],
  extensions: ['msg'],
  family: 'ole',
  paged: false,
  holdsFiles: true,
  async open(path) {
    const { default: library } = await import('@kenjiuno/msgreader');
    const { openMail } = await import('./mail.ts');
    const reader = createReader(library, await readFile(path));
    const fields = reader.getFileData();
    if (fields.error !== undefined || fields.dataType !== 'msg') {
      throw new AppError('DAMAGED_FILE', {
        detail: `The file is not an Outlook message (${fields.error ?? 'unknown'}).`,
      });
    }
    return openMail(toMail(reader, fields));
  },
};

/** A CommonJS module, whose class is the default of its default where a bundler did not unwrap it. */
function createReader(library: unknown, bytes: Buffer): Reader {
  const Library = typeof library === 'function' ? library : (library as { default: unknown }).default;
  const Constructor = Library as new (view: DataView) => Reader;
  // A buffer of its own: the library would read on beyond the end of a view.
  return new Constructor(new DataView(new Uint8Array(bytes).buffer));
}

function toMail(reader: Reader, fields: FieldsData): Mail {
  const recipients = fields.recipients ?? [];
  const named = (kind: FieldsData['recipType']): string[] =>
    recipients
      .filter(({ recipType }) => recipType === kind)
      .map(({ name, smtpAddress, email }) => mailbox(name, smtpAddress ?? email));
  const html = fields.html === undefined ? fields.bodyHtml : decodeText(Buffer.from(fields.html));
  const date = fields.messageDeliveryTime ?? fields.clientSubmitTime;
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return {
    subject: fields.subject,
    from: [mailbox(fields.senderName, fields.senderSmtpAddress ?? fields.senderEmail)].filter((line) => line !== ''),
    to: named('to'),
    cc: named('cc'),
    date: Number.isNaN(time) ? date : new Date(time).toISOString(),
    text: fields.body,
    html,
    attachments: (fields.attachments ?? []).map((attachment, index) => toAttachment(reader, attachment, index)),
  };
}

function mailbox(name: string | undefined, address: string | undefined): string {
  // Addresses inside an organisation are paths of its directory, which mean nothing outside.
  const known = address?.includes('@') ? address : undefined;
  if (name && known && name !== known) return `${name} <${known}>`;
  return name || known || '';
}

function toAttachment(reader: Reader, attachment: FieldsData, index: number): MailAttachment {
  const name = attachment.fileName ?? attachment.fileNameShort ?? attachment.name ?? `attachment ${index + 1}`;
  const isMail = attachment.innerMsgContent === true;
  return {
    name: isMail && !/\.msg$/i.test(name) ? `${name}.msg` : name,
    contentType: isMail ? 'application/vnd.ms-outlook' : attachment.attachMimeTag,
    inline: attachment.attachmentHidden === true,
    bytes: () => reader.getAttachment(attachment).content,
  };
}
