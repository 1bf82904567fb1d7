import { decodeMailText, decodeStrictly } from './charset.ts';

/** `=?utf-8?Q?Gr=C3=BC=C3=9Fe?=` (RFC 2047), the charset perhaps with a language. */
const WORD = /=\?([^?*\s]{1,60})(?:\*[^?]{0,40})?\?([bq])\?([^?]*)\?=/gi;

interface Word {
  charset: string;
  encoding: string;
  text: string;
}

/**
 * A header as people read it. Words of one charset that follow each other are decoded together: a letter may begin in
 * one and end in the next.
 * @param raw its bytes as Latin-1 letters, in one line
 * @param charset of bytes that are written as they are
 * @param show writes decoded words
 */
export function decodeHeader(raw: string, charset?: string, show: (text: string) => string = (text) => text): string {
  const written: string[] = [];
  let run: Word[] = [];
  let end = 0;
  const flush = (): void => {
    if (run.length > 0) written.push(show(decodeRun(run)));
    run = [];
  };
  for (const match of raw.matchAll(WORD)) {
    const [whole, label = '', encoding = '', text = ''] = match;
    const between = raw.slice(end, match.index);
    if (between.trim() !== '' || end === 0) {
      flush();
      written.push(plain(between, charset));
    } else if (run[0]?.charset !== label.toLowerCase()) flush();
    run.push({ charset: label.toLowerCase(), encoding: encoding.toLowerCase(), text });
    end = match.index + whole.length;
  }
  flush();
  written.push(plain(raw.slice(end), charset));
  return written.join('');
}

function plain(raw: string, charset: string | undefined): string {
  return /[\x80-\xFF]/.test(raw) ? decodeMailText(Buffer.from(raw, 'latin1'), charset) : raw;
}

function decodeRun(words: readonly Word[]): string {
  const charset = words[0]?.charset;
  const chunks = joinCut(words).map(toBytes);
  const together = chunks.length > 1 ? decodeStrictly(Buffer.concat(chunks), charset) : undefined;
  return together ?? chunks.map((chunk) => decodeMailText(chunk, charset)).join('');
}

/** Some programs cut Base64 anywhere. */
function joinCut(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (
      before?.encoding === 'b' &&
      word.encoding === 'b' &&
      before.text.length % 4 !== 0 &&
      !before.text.endsWith('=')
    ) {
      before.text += word.text;
    } else joined.push({ ...word });
  }
  return joined;
}

function toBytes({ encoding, text }: Word): Buffer {
  if (encoding === 'b') return Buffer.from(text, 'base64');
  const letters = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(letters, 'latin1');
}
