import { type HeaderValue, parseHeaderValue } from './parameters.ts';
import { decodeTransfer } from './transfer-encoding.ts';

/** Parts in parts: no program writes that many. */
const MOST_DEPTH = 100;
const NEWLINE = 0x0a;
/** As much of a line as tells whether it is a header. */
const MOST_NAME = 250;
const HEADER_NAME = /^([!-9;-~]{1,200})[ \t]*:/;

/** A mail, or a part of one. */
export interface MimePart {
  /** By their names in small letters; the values' bytes as Latin-1 letters, each in one line. */
  headers: ReadonlyMap<string, readonly string[]>;
  type: HeaderValue;
  disposition: HeaderValue;
  parts: readonly MimePart[];
  /** Whether it has parts that lie too deep to be read. */
  tooDeep: boolean;
  content(): Buffer;
}

/**
 * Takes a mail apart. The libraries that do this decode the texts as well, by what the headers say; what they say
 * wrongly is lost then.
 */
export function parseMime(bytes: Buffer): MimePart {
  const start = bytes.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' ? 3 : 0;
  let from = start;
  while (bytes[from] === NEWLINE || bytes[from] === 0x0d) from += 1;
  return parsePart(bytes.subarray(from), 'text/plain', 0);
}

function parsePart(bytes: Buffer, defaultType: string, depth: number): MimePart {
  const { headers, bodyStart } = parseHeaders(bytes);
  const body = bytes.subarray(bodyStart);
  const type = parseHeaderValue(headers.get('content-type')?.[0] ?? defaultType);
  const encoding = headers.get('content-transfer-encoding')?.[0]?.toLowerCase() ?? '';
  const boundary = type.value.startsWith('multipart/') ? type.parameters.get('boundary') : undefined;
  const pieces = boundary ? split(body, boundary) : [];
  const tooDeep = pieces.length > 0 && depth >= MOST_DEPTH;
  const innerType = type.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  return {
    headers,
    // One whose parts cannot be told apart is a text.
    type: type.value.startsWith('multipart/') && pieces.length === 0 ? parseHeaderValue('text/plain') : type,
    disposition: parseHeaderValue(headers.get('content-disposition')?.[0] ?? ''),
    parts: tooDeep ? [] : pieces.map((piece) => parsePart(piece, innerType, depth + 1)),
    tooDeep,
    content: () => decodeTransfer(body, encoding),
  };
}

function parseHeaders(bytes: Buffer): { headers: Map<string, string[]>; bodyStart: number } {
  const lines: string[][] = [];
  let at = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.toString('latin1', at, end).replace(/\r$/, '');
    if (line === '') {
      at = end + 1;
      break;
    }
    if (/^[ \t]/.test(line) && lines.length > 0) lines.at(-1)?.push(line);
    else if (HEADER_NAME.test(line)) lines.push([line]);
    // A line that is no header begins the text, whatever is missing between, unless headers go on after it.
    else if (!HEADER_NAME.test(bytes.toString('latin1', end + 1, end + 1 + MOST_NAME))) break;
    at = end + 1;
  }
  const headers = new Map<string, string[]>();
  for (const line of lines.map((pieces) => pieces.join(''))) {
    const name = HEADER_NAME.exec(line);
    if (name?.[1] === undefined) continue;
    const value = line.slice(name[0].length).trim();
    const values = headers.get(name[1].toLowerCase());
    if (values) values.push(value);
    else headers.set(name[1].toLowerCase(), [value]);
  }
  return { headers, bodyStart: Math.min(at, bytes.length) };
}

/** What stands between the lines `--boundary`, up to `--boundary--`. */
function split(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const pieces: Buffer[] = [];
  let start: number | undefined;
  let at = body.indexOf(mark);
  while (at !== -1) {
    const newline = body.indexOf(NEWLINE, at + mark.length);
    const end = newline === -1 ? body.length : newline;
    const rest = body.toString('latin1', at + mark.length, Math.min(end, at + mark.length + 200)).trim();
    if ((at === 0 || body[at - 1] === NEWLINE) && (rest === '' || rest === '--')) {
      if (start !== undefined) pieces.push(body.subarray(start, endOfPiece(body, start, at)));
      start = rest === '--' ? undefined : Math.min(end + 1, body.length);
      if (start === undefined) return pieces;
      at = body.indexOf(mark, start);
    } else at = body.indexOf(mark, at + 1);
  }
  if (start !== undefined) pieces.push(body.subarray(start));
  return pieces;
}

/** The line end before a boundary belongs to the boundary. */
function endOfPiece(body: Buffer, start: number, boundary: number): number {
  const end = body[boundary - 2] === 0x0d ? boundary - 2 : boundary - 1;
  return Math.max(start, end);
}
