const [NEWLINE, RETURN, SPACE, TAB, EQUALS] = [0x0a, 0x0d, 0x20, 0x09, 0x3d];

/** The bytes of a part as they were before they travelled. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  if (encoding.includes('base64')) return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding.includes('quoted-printable')) return decodeQuotedPrintable(body);
  return /uue|uuencode/.test(encoding) ? decodeUu(body) : body;
}

/** What is no escape stays as it is. */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  const decoded = Buffer.alloc(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte !== EQUALS) {
      decoded[length++] = byte;
      continue;
    }
    const code = Number.parseInt(body.toString('latin1', at + 1, at + 3), 16);
    if (/^[0-9a-f]{2}$/i.test(body.toString('latin1', at + 1, at + 3))) {
      decoded[length++] = code;
      at += 2;
      continue;
    }
    const next = endOfLine(body, at + 1);
    if (next === undefined) decoded[length++] = byte;
    else at = next - 1;
  }
  return decoded.subarray(0, length);
}

/** @returns where the next line begins if nothing but spaces stands before it */
function endOfLine(body: Buffer, from: number): number | undefined {
  let at = from;
  while (body[at] === SPACE || body[at] === TAB) at += 1;
  if (at >= body.length) return at;
  if (body[at] === RETURN) at += 1;
  return body[at] === NEWLINE ? at + 1 : undefined;
}

function decodeUu(body: Buffer): Buffer {
  const lines = body.toString('latin1').split(/\r?\n/);
  const begin = lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line));
  const pieces: Buffer[] = [];
  for (const line of lines.slice(begin + 1)) {
    if (/^end\s*$/.test(line)) break;
    const count = (line.charCodeAt(0) - SPACE) & 0x3f;
    if (line === '' || count === 0) continue;
    const sextets = [...line.slice(1)].map((letter) => (letter.charCodeAt(0) - SPACE) & 0x3f);
    const bytes: number[] = [];
    for (let at = 0; at < sextets.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = sextets.slice(at, at + 4);
      bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d);
    }
    pieces.push(Buffer.from(bytes.slice(0, count)));
  }
  return Buffer.concat(pieces);
}
