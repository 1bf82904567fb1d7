/** A text that takes those who read it carelessly the square of its length. */
export interface PlainBomb {
  filename: string;
  contentType: string;
  text(bytes: number): string;
}

const KEY = 'k'.repeat(390);
const MARKS = '\u0301\u0316'.repeat(98);

/** One for each place where the length of something could be looked through again and again. */
export const PLAIN_TEXTS: readonly PlainBomb[] = [
  plain('marks.txt', (bytes) => `a${fill('\u0301', bytes / 2)}${fill('\u0316', bytes / 2)}`),
  plain('strings.txt', (bytes) => `\0text ${fill('\u001B]', bytes)}`),
  plain('parameters.txt', (bytes) => `text ${fill('\u001B];a', bytes)}`),
  plain('colours.txt', (bytes) => `text ${fill('\u001B[1', bytes)}`),
  plain('paragraphs.txt', (bytes) => fill('x\n\n', bytes)),
  plain('rows.txt', (bytes) => fill('a | b | c\n1 | 2 | 3\n\n', bytes)),
  markdown('headings.md', (bytes) => fill('# x\n', bytes)),
  markdown('marks.md', (bytes) => fill('##A', bytes)),
  markdown('underlined.md', (bytes) => fill('a\n=\n', bytes)),
  markdown('spaces.md', (bytes) => fill(`# x${' '.repeat(990)}x\n`, bytes)),
  markdown('anchors.md', (bytes) => fill(`# ${'{#'.repeat(495)}\n`, bytes)),
  markdown('brackets.md', (bytes) => fill(`# ${'['.repeat(990)}\n`, bytes)),
  markdown('items.md', (bytes) => fill('- x\n', bytes)),
  json('key.json', (bytes) => `{"${KEY}":{${fill('"":1,', bytes)}"":1}}`),
  json('marked-key.json', (bytes) => `{"${MARKS}":{${fill('"":1,', bytes)}"":1}}`),
  json('rows.json', (bytes) => `{"${KEY}":[${fill('[1],', bytes)}[1]]}`),
  json('deep.json', (bytes) => fill('[', bytes)),
];

const BOMB_BYTES = 127 * 1024;

export const PLAIN_BOMBS = PLAIN_TEXTS.map(({ filename, text }) => ({
  filename: `bomb-${filename}`,
  ends: ['READY'],
  cheap: true,
  make: () => Buffer.from(text(BOMB_BYTES)),
}));

function plain(filename: string, text: PlainBomb['text']): PlainBomb {
  return { filename, contentType: 'text/plain', text };
}

function markdown(filename: string, text: PlainBomb['text']): PlainBomb {
  return { filename, contentType: 'text/markdown', text };
}

function json(filename: string, text: PlainBomb['text']): PlainBomb {
  return { filename, contentType: 'application/json', text };
}

function fill(unit: string, bytes: number): string {
  return unit.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(unit))));
}
