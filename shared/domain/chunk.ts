/** What is embedded and found: a span of a page's text, with the headings it stands under. */
export interface Chunk {
  /** UTF-16 span in the page's text; `text` is exactly that slice. */
  charStart: number;
  charEnd: number;
  text: string;
  /** Tokens of {@link embeddingText}, by the counter that the chunk was made with. */
  tokens: number;
  /** Outermost first; shortened where it would take too much of the token limit. */
  headingPath: string[];
  /** The first rows of the table that it begins inside of, which name its columns. */
  tableHeader?: string;
}

/** What one page leaves to the next; plain JSON, to be stored between windows. */
export interface ChunkState {
  headingPath: string[];
  /** The table that the page ends with. */
  table?: OpenTable;
}

export interface OpenTable {
  header: string;
  columns: number;
}

/** What stands between the headings of a path. */
const PATH_SEPARATOR = ' › ';

/** What is stored and shown of a chunk: a part of a table says what its columns are. */
export function shownText({ tableHeader, text }: Pick<Chunk, 'tableHeader' | 'text'>): string {
  return tableHeader === undefined ? text : `${tableHeader}\n${text}`;
}

/** What the embedding model reads for a chunk: its heading path on a line of its own, then its text. */
export function embeddingText(chunk: Pick<Chunk, 'headingPath' | 'tableHeader' | 'text'>): string {
  return pathLine(chunk.headingPath) + shownText(chunk);
}

/** The line before the text, its line break included; empty without headings. */
export function pathLine(headingPath: readonly string[]): string {
  return headingPath.length === 0 ? '' : `${headingPath.join(PATH_SEPARATOR)}\n`;
}

/** Tokens of each text by the embedding model's own tokenizer, without special tokens. */
export type CountTokens = (texts: readonly string[]) => Promise<number[]>;
