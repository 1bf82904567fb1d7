const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** What a string of a PDF says, as it stands in the file: `(text)` or `<74657874>`; undefined for anything else. */
export function readPdfString(written: string): string | undefined {
  if (written.startsWith('(')) return decode(unescapeString(written.slice(1, -1)));
  if (!written.startsWith('<') || written.startsWith('<<')) return undefined;
  const digits = written.replaceAll(/[^0-9a-f]/gi, '');
  return decode(Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1'));
}

/** The string that begins at `from`, as it stands in the text; empty where none begins. */
export function stringAt(text: string, from: number): string {
  if (text[from] === '<') {
    const end = text.indexOf('>', from);
    return end === -1 ? text.slice(from) : text.slice(from, end + 1);
  }
  if (text[from] !== '(') return '';
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(from, at + 1);
  }
  return text.slice(from);
}

function unescapeString(text: string): string {
  return text.replaceAll(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal?: string, sign = '') => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return /^[\r\n]/.test(sign) ? '' : (ESCAPES[sign] ?? sign);
  });
}

function decode(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1');
  if (bytes.startsWith('\xfe\xff')) return new TextDecoder('utf-16be').decode(buffer);
  if (bytes.startsWith('\xff\xfe')) return new TextDecoder('utf-16le').decode(buffer);
  return bytes.startsWith('\xef\xbb\xbf') ? new TextDecoder().decode(buffer) : bytes;
}
