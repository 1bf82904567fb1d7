/** Between what was written and what is written next; a larger gap takes the place of a smaller. */
const GAP = { none: 0, space: 1, line: 2, paragraph: 3 } as const;
type Gap = (typeof GAP)[keyof typeof GAP];

const SEPARATORS: Record<Gap, string> = { 0: '', 1: ' ', 2: '\n', 3: '\n\n' };
const WHITE = /[ \t\n\r\f\v]+/g;
/** Deeper quotes and lists are told no further: each of their lines would repeat it. */
const MOST_QUOTES = 3;
const MOST_INDENTS = 10;
/** What Markdown would take for a heading. */
const HEADING_MARK = /^#{1,6}(?=\s|$)/;

/** Writes a text piece by piece, in the order of a page. */
export interface TextLines {
  /** Runs of white space are one space, and none at the ends of lines; in code it stays as it is. */
  text(text: string): void;
  newLine(): void;
  newParagraph(): void;
  /** Twice in a row is an empty line. */
  breakLine(): void;
  /** On one line. @param level 1 to 6 */
  beginHeading(level: number): void;
  endHeading(): void;
  beginQuote(): void;
  endQuote(): void;
  beginList(): void;
  endList(): void;
  /** What it holds follows line by line. @param marker `-` or `1.` */
  beginItem(marker: string): void;
  endItem(): void;
  beginCode(): void;
  endCode(): void;
  beginCell(): void;
  endCell(): void;
  /** The cells since the last row, on one line, `a | b`; a row without any text is left out. */
  endRow(): void;
  /** The whole text. */
  end(): string;
}

export function createTextLines(): TextLines {
  const written: string[] = [];
  let gap: Gap = GAP.none;
  /** Goes before the next text: `## `, `- `. */
  let mark = '';
  let inHeading = false;
  let quotes = 0;
  let lists = 0;
  let items = 0;
  let listEnded = false;
  let codes = 0;
  let code: string[] = [];
  let cells: string[] = [];
  let cell: string[] | undefined;

  function separate(wanted: Gap): void {
    if (cell) {
      cell.push(' ');
      return;
    }
    const most = inHeading ? GAP.space : items > 0 ? GAP.line : GAP.paragraph;
    gap = Math.max(gap, Math.min(wanted, most)) as Gap;
  }

  /** A block after the first words of a heading ends it: it may never have been closed. */
  function beginBlock(): void {
    if (mark === '') inHeading = false;
    separate(GAP.paragraph);
  }

  function write(text: string): void {
    if (listEnded) separate(GAP.paragraph);
    listEnded = false;
    const beginsLine = written.length === 0 || gap >= GAP.line;
    if (written.length > 0) written.push(SEPARATORS[gap]);
    if (beginsLine) written.push('> '.repeat(Math.min(quotes, MOST_QUOTES)));
    written.push(mark, beginsLine && mark === '' ? text.replace(HEADING_MARK, '\\$&') : text);
    gap = GAP.none;
    mark = '';
  }

  return {
    text(text) {
      if (cell) cell.push(text);
      else if (codes > 0) code.push(text);
      else {
        const plain = text.replace(WHITE, ' ');
        const words = plain.trim();
        // Spaces that do not break are trimmed as well, and part words all the same.
        if (/^\s/.test(plain)) separate(GAP.space);
        if (words === '') return;
        write(words);
        if (/\s$/.test(plain.slice(-1))) separate(GAP.space);
      }
    },
    newLine: () => separate(GAP.line),
    newParagraph: beginBlock,
    breakLine() {
      if (codes > 0) code.push('\n');
      else separate(gap >= GAP.line ? GAP.paragraph : GAP.line);
    },
    beginHeading(level) {
      beginBlock();
      if (cell || inHeading || codes > 0) return;
      inHeading = true;
      mark += `${'#'.repeat(level)} `;
    },
    endHeading() {
      // One without a word is none.
      if (inHeading) mark = mark.replace(/#+ $/, '');
      inHeading = false;
      separate(GAP.paragraph);
    },
    beginQuote() {
      beginBlock();
      quotes += 1;
    },
    endQuote() {
      separate(GAP.paragraph);
      quotes = Math.max(0, quotes - 1);
    },
    beginList() {
      if (mark === '') inHeading = false;
      separate(listEnded || lists > 0 ? GAP.line : GAP.paragraph);
      listEnded = false;
      lists += 1;
    },
    endList() {
      lists -= 1;
      separate(GAP.line);
      listEnded = lists === 0;
    },
    beginItem(marker) {
      separate(GAP.line);
      // Of an item that holds nothing but a list the mark is left out.
      if (!cell) mark = `${'  '.repeat(Math.min(Math.max(0, lists - 1), MOST_INDENTS))}${marker} `;
      items += 1;
    },
    endItem() {
      mark = '';
      items -= 1;
      separate(GAP.line);
    },
    beginCode() {
      beginBlock();
      codes += 1;
    },
    endCode() {
      codes = Math.max(0, codes - 1);
      if (codes > 0) return;
      const kept = code.join('').replace(/^\n/, '').trimEnd();
      code = [];
      if (kept !== '') write(`\`\`\`\n${kept}\n\`\`\``);
      separate(GAP.paragraph);
    },
    beginCell() {
      cell = [];
    },
    endCell() {
      if (cell) cells.push(cell.join('').replace(WHITE, ' ').trim());
      cell = undefined;
    },
    endRow() {
      this.endCell();
      const row = cells;
      cells = [];
      if (row.every((each) => each === '')) return;
      separate(GAP.line);
      write(row.join(' | '));
      separate(GAP.line);
    },
    end() {
      while (codes > 0) this.endCode();
      this.endRow();
      return written
        .join('')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trim();
    },
  };
}
