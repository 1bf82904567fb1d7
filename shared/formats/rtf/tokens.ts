/** A piece of an RTF file, whose bytes are given as Latin-1 letters. */
export type RtfToken =
  | { kind: 'open' | 'close' }
  | { kind: 'text'; text: string }
  /** One byte in the encoding of the present font. */
  | { kind: 'byte'; byte: number }
  | { kind: 'word'; word: string; value: number | undefined }
  /** A control symbol such as `~` or `*`. */
  | { kind: 'symbol'; symbol: string };

const PIECE = /[{}]|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|[^{}\\]+/gs;

/** Cuts RTF into its tokens; line breaks in the file mean nothing, `\bin` data is passed over. */
export function* rtfTokens(source: string): Generator<RtfToken> {
  const piece = new RegExp(PIECE);
  for (let match = piece.exec(source); match !== null; match = piece.exec(source)) {
    const [whole, word, number, hex, symbol] = match;
    if (word === 'bin') piece.lastIndex += Math.max(0, Number(number ?? 0));
    else if (word !== undefined) {
      yield { kind: 'word', word, value: number === undefined ? undefined : Number(number) };
    } else if (hex !== undefined) yield { kind: 'byte', byte: Number.parseInt(hex, 16) };
    else if (symbol !== undefined) yield { kind: 'symbol', symbol };
    else if (whole === '{') yield { kind: 'open' };
    else if (whole === '}') yield { kind: 'close' };
    else yield { kind: 'text', text: whole.replace(/[\r\n\0]/g, '') };
  }
}
