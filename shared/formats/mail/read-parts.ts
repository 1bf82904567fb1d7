import { cleanText } from '../text/clean-text.ts';
import { bestOf } from './alternatives.ts';
import { decodeMailText } from './charset.ts';
import type { MailAttachment } from './mail.ts';
import type { MimePart } from './mime-part.ts';
import { decodePage, outlookText, textOfPage } from './outlook-body.ts';
import { parameterText } from './parameters.ts';
import { isTnef, readTnef, type TnefAttachment } from './tnef.ts';

/** Extensions of parts that mails leave without a name. */
const EXTENSIONS: Record<string, string> = {
  'message/rfc822': 'eml',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
};
const TNEF = /^application\/(?:vnd\.)?ms-tnef$/;
const TNEF_NAME = /^winmail.*\.dat$|\.tnef$/i;
const ENCRYPTED = 'The message is encrypted, so its text could not be read.';

export interface MailParts {
  text: string;
  /** Where the mail's own head has none. */
  subject?: string | undefined;
  attachments: MailAttachment[];
  warnings: string[];
}

/** What a mail says and holds. @param charset of names that are written as they are */
export function readParts(mail: MimePart, charset: string | undefined): MailParts {
  const found: MailParts = { text: '', attachments: [], warnings: [] };
  const inner: { subject?: string | undefined; texts: string[] } = { texts: [] };

  /** @returns the text of the part */
  function read(part: MimePart, related: boolean): string {
    const { value: type } = part.type;
    if (part.tooDeep) found.warnings.push('Parts of the message lie too deep in each other and could not be read.');
    if (type === 'multipart/encrypted') found.warnings.push(ENCRYPTED);
    if (type === 'multipart/alternative') {
      return bestOf(part.parts.filter((one) => one.type.value !== 'text/x-amp-html').map((one) => read(one, related)));
    }
    if (type.startsWith('multipart/')) {
      const isRelated = related || type === 'multipart/related';
      return part.parts
        .map((one) => read(one, isRelated))
        .filter((text) => text !== '')
        .join('\n\n');
    }
    if (part.disposition.value !== 'attachment') {
      if (type === 'text/html') return textOfPage(decodePage(part.content(), part.type.parameters.get('charset')));
      if (type === 'text/plain') return plainText(part);
    }
    return readAttachment(part, related);
  }

  function readAttachment(part: MimePart, related: boolean): string {
    const { value: type } = part.type;
    const given = parameterText(part.disposition, 'filename', charset) ?? parameterText(part.type, 'name', charset);
    if (TNEF.test(type) || TNEF_NAME.test(given ?? '')) {
      const bytes = part.content();
      if (isTnef(bytes)) {
        readWinmail(bytes);
        return '';
      }
    }
    if (/^application\/(?:x-)?pkcs7-mime$/.test(type) && part.type.parameters.get('smime-type') === 'enveloped-data') {
      found.warnings.push(ENCRYPTED);
    }
    const extension = EXTENSIONS[type] ?? (type.startsWith('text/') ? 'txt' : undefined);
    found.attachments.push({
      name: given || `attachment ${found.attachments.length + 1}${extension ? `.${extension}` : ''}`,
      contentType: type,
      inline: related && part.headers.has('content-id'),
      bytes: () => part.content(),
    });
    return '';
  }

  function readWinmail(bytes: Buffer): void {
    const { subject, body, attachments, damaged } = readTnef(bytes);
    if (damaged) found.warnings.push('The file winmail.dat is damaged, so parts of the message may be missing.');
    inner.subject ??= subject;
    found.attachments.push(...attachments.map(fromTnef));
    inner.texts.push(outlookText(body, found.warnings));
  }

  const own = read(mail, false);
  // Outlook often writes the message itself, too, without its formatting.
  return { ...found, text: bestOf([own, ...inner.texts]), subject: inner.subject };
}

function fromTnef({ name, contentType, hidden, content, isMessage }: TnefAttachment): MailAttachment {
  if (!isMessage) return { name, contentType, inline: hidden, bytes: () => content };
  return {
    name: /\.eml$/i.test(name) ? name : `${name}.eml`,
    contentType: 'message/rfc822',
    inline: false,
    bytes: () =>
      Buffer.from(
        `Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}`,
      ),
  };
}

function plainText(part: MimePart): string {
  const { parameters } = part.type;
  const text = cleanText(decodeMailText(part.content(), parameters.get('charset')));
  const isFlowed = parameters.get('format')?.toLowerCase() === 'flowed';
  return (isFlowed ? unflow(text, parameters.get('delsp')?.toLowerCase() === 'yes') : text).trim();
}

/** Lines that end in a space go on in the next (RFC 3676), but for the mark of a signature. */
function unflow(text: string, deleteSpace: boolean): string {
  const pieces: string[] = [];
  for (const line of text.split('\n')) {
    const own = line.startsWith(' ') ? line.slice(1) : line;
    const goesOn = own.endsWith(' ') && own !== '-- ';
    pieces.push(goesOn ? (deleteSpace ? own.slice(0, -1) : own) : `${own}\n`);
  }
  return pieces.join('');
}
