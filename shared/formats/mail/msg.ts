import { readFile } from 'node:fs/promises';
import type { FieldsData, ParserConfig } from '@kenjiuno/msgreader';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format } from '#shared/formats/format.ts';
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
    const { encodingOfMessage, noteCodePages } = await import('./msg-encoding.ts');
    const bytes = await readFile(path);
    // The first time tells how letters are stored, which the library has to know before.
    const pages = noteCodePages();
    const first = createReader(library, bytes, { propertyObserver: pages.observe });
    const message = check(first.getFileData());
    const encoding = encodingOfMessage(pages, message);
    const reader = encoding === undefined ? first : createReader(library, bytes, { ansiEncoding: encoding });
    return openMail(await toMail(reader, check(reader.getFileData()), pages.of(message).html));
  },
};

function check(fields: FieldsData): FieldsData {
  if (fields.error === undefined && fields.dataType === 'msg') return fields;
  throw new AppError('DAMAGED_FILE', {
    detail: `The file is not an Outlook message (${fields.error ?? 'unknown'}).`,
  });
}

/** A CommonJS module, whose class is the default of its default where a bundler did not unwrap it. */
function createReader(library: unknown, bytes: Buffer, config: ParserConfig): Reader {
  const Library = typeof library === 'function' ? library : (library as { default: unknown }).default;
  const Constructor = Library as new (view: DataView) => Reader;
  // A buffer of its own: the library would read on beyond the end of a view.
  const reader = new Constructor(new DataView(new Uint8Array(bytes).buffer));
  reader.parserConfig = config;
  return reader;
}

async function toMail(reader: Reader, fields: FieldsData, pageEncoding: string | undefined): Promise<Mail> {
  const { messageDetails } = await import('./msg-details.ts');
  const { outlookText } = await import('./outlook-body.ts');
  const recipients = fields.recipients ?? [];
  const named = (kind: FieldsData['recipType']): string[] =>
    recipients
      .filter(({ recipType }) => recipType === kind)
      .map(({ name, smtpAddress, email }) => mailbox(name, smtpAddress ?? email));
  const date = fields.messageDeliveryTime ?? fields.clientSubmitTime;
  const time = date === undefined ? Number.NaN : Date.parse(date);
  const warnings: string[] = [];
  const text = outlookText(
    {
      plain: fields.body,
      html: fields.html === undefined ? fields.bodyHtml : Buffer.from(fields.html),
      encoding: pageEncoding,
      compressedRtf: fields.compressedRtf === undefined ? undefined : Buffer.from(fields.compressedRtf),
    },
    warnings,
  );
  return {
    subject: fields.subject,
    from: [mailbox(fields.senderName, fields.senderSmtpAddress ?? fields.senderEmail)].filter((line) => line !== ''),
    to: named('to'),
    cc: named('cc'),
    date: Number.isNaN(time) ? date : new Date(time).toISOString(),
    text: [messageDetails(fields), text].filter((part) => part !== '').join('\n\n'),
    attachments: (fields.attachments ?? []).map((attachment, index) => toAttachment(reader, attachment, index)),
    warnings,
  };
}

function mailbox(name: string | undefined, address: string | undefined): string {
  // Addresses inside an organisation are paths of its directory, which mean nothing outside.
  const known = address?.includes('@') ? address : undefined;
  if (name && known && name !== known) return `${name} <${known}>`;
  return name || known || '';
}

function toAttachment(reader: Reader, attachment: FieldsData, index: number): MailAttachment {
  const given = attachment.fileName ?? attachment.fileNameShort ?? attachment.name ?? `attachment ${index + 1}`;
  const isMail = attachment.innerMsgContent === true;
  // A signed message is stored as it travelled.
  const isSigned = attachment.attachMimeTag === 'multipart/signed' && /\.p7m$/i.test(given);
  return {
    name: isMail && !/\.msg$/i.test(given) ? `${given}.msg` : isSigned ? `${given}.eml` : given,
    contentType: isMail ? 'application/vnd.ms-outlook' : isSigned ? 'message/rfc822' : attachment.attachMimeTag,
    inline: attachment.attachmentHidden === true,
    bytes() {
      try {
        return reader.getAttachment(attachment).content;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new AppError('DAMAGED_FILE', { detail: `it could not be read (${reason})`, cause: error });
      }
    },
  };
}
