import { readFile } from 'node:fs/promises';
import type { Address } from 'postal-mime';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format } from '#shared/formats/format.ts';
import type { MimePart } from './mime-part.ts';

/** The library takes a second for as many of the strangest. */
const MOST_ADDRESS_CHARS = 256 * 1024;
const TOO_MANY_ADDRESSES = 'The message has so many recipients that not all were read.';

/** Mails as they travel (RFC 5322 and MIME): head, text, attachments; a forwarded mail is an attachment. */
export const eml: Format = {
  id: 'eml',
  contentTypes: ['message/rfc822'],
  extensions: ['eml'],
  family: 'text',
  paged: false,
  holdsFiles: true,
  async open(path) {
    const { addressParser } = await import('postal-mime');
    const { decodeHeader } = await import('./encoded-words.ts');
    const { openMail } = await import('./mail.ts');
    const { parseMime } = await import('./mime-part.ts');
    const { readParts } = await import('./read-parts.ts');
    const mail = parseMime(await readFile(path));
    if (mail.headers.size === 0) {
      throw new AppError('DAMAGED_FILE', { detail: 'The file does not begin with email headers.' });
    }
    // What a program writes into the head without encoding it is in the encoding of its text.
    const charset = charsetOf(mail);
    const raw = (name: string): readonly string[] => mail.headers.get(name) ?? [];
    const first = (name: string): string | undefined => {
      const value = raw(name)[0];
      return value === undefined ? undefined : decodeHeader(value, charset);
    };
    // Decoded words stay words of one encoding until commas and brackets are understood.
    const { text, subject, attachments, warnings } = readParts(mail, charset);
    let addressChars = 0;
    const addresses = (values: readonly string[]): string[] =>
      values.flatMap((value) => {
        addressChars += value.length;
        if (addressChars <= MOST_ADDRESS_CHARS)
          return mailboxes(addressParser(decodeHeader(value, charset, encodeWord)));
        if (!warnings.includes(TOO_MANY_ADDRESSES)) warnings.push(TOO_MANY_ADDRESSES);
        return [];
      });
    const date = first('date');
    const time = date === undefined ? Number.NaN : Date.parse(date);
    return openMail({
      subject: first('subject') || subject,
      from: addresses(raw('from').slice(0, 1)).slice(0, 1),
      to: addresses(raw('to')),
      cc: addresses(raw('cc')),
      date: Number.isNaN(time) ? date : new Date(time).toISOString(),
      text,
      attachments,
      warnings,
    });
  },
};

function charsetOf(part: MimePart): string | undefined {
  const own = part.type.value.startsWith('text/') ? part.type.parameters.get('charset') : undefined;
  return own ?? part.parts.map(charsetOf).find((charset) => charset !== undefined);
}

function encodeWord(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

function mailboxes(addresses: readonly Address[]): string[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || address))
    .filter((line) => line !== '');
}
