import { writeFile } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, uniquePath } from '../archive/child-path.ts';
import type { ChildFile, ChildLimits } from '../child-file.ts';
import type { OpenDocument } from '../format.ts';
import { cleanText } from '../text/clean-text.ts';
import { openText } from '../text/split-text.ts';

/** A mail, whatever it is stored as. */
export interface Mail {
  subject: string | undefined;
  /** `Ada <ada@example.org>` each. */
  from: readonly string[];
  to: readonly string[];
  cc: readonly string[];
  /** RFC 3339 where it could be understood. */
  date: string | undefined;
  /** Cleaned. */
  text: string;
  attachments: readonly MailAttachment[];
  /** What could not be read. */
  warnings: string[];
}

export interface MailAttachment {
  /** With an extension wherever one is known. */
  name: string;
  contentType?: string | undefined;
  /** Shown in the mail's own text, such as the logo of a signature. */
  inline: boolean;
  bytes(): Uint8Array;
}

/** Inline pictures below this are logos, lines and tracking pixels. */
const INLINE_PICTURE_BYTES = 10_240;

/** A mail as a document: its head and its text are pages, its attachments children. */
export function openMail(mail: Mail): OpenDocument {
  const subject = cleanText(oneLine(mail.subject ?? ''));
  const lines = [
    subject,
    addressLine('From', mail.from),
    addressLine('To', mail.to),
    addressLine('Cc', mail.cc),
    mail.date ? `Date: ${oneLine(mail.date)}` : '',
  ];
  const { warnings } = mail;
  if (mail.text === '' && mail.attachments.length === 0 && warnings.length === 0) {
    warnings.push('The message contains no text.');
  }
  const text = cleanText(`${lines.filter((line) => line !== '').join('\n')}\n\n${mail.text}`.trim());
  const headings = subject === '' ? [] : [{ offset: 0, level: 1, title: subject }];
  return { ...openText(text, headings, warnings), children: async (limits) => listAttachments(mail, limits) };
}

function listAttachments(mail: Mail, limits: ChildLimits): ChildFile[] {
  const kept = mail.attachments.filter(
    ({ inline, contentType, bytes }) =>
      !(inline && contentType?.startsWith('image/') && bytes().length < INLINE_PICTURE_BYTES),
  );
  if (kept.length > limits.files) {
    throw new AppError('ARCHIVE_LIMIT', {
      detail: `The email has ${kept.length} attachments; at most ${limits.files} are allowed.`,
    });
  }
  const taken = new Set<string>();
  return kept.map(({ name, contentType, bytes }) => ({
    path: uniquePath(childPath(name.replaceAll('/', '_')), taken),
    contentType,
    async write(to) {
      const content = bytes();
      if (content.length > limits.fileBytes) {
        throw new AppError('FILE_TOO_LARGE', { detail: `it is larger than ${limits.fileBytes} bytes` });
      }
      await writeFile(to, content, { flag: 'wx' });
      return content.length;
    },
  }));
}

function addressLine(title: string, addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : `${title}: ${oneLine(addresses.join(', '))}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
