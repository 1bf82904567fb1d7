import type { Block } from './block.ts';
import type { ItemCounter } from './count-items.ts';
import { finishParagraph, newParagraph, type Paragraph } from './paragraph.ts';
import type { Styles } from './read-styles.ts';

/** Tables and boxes in each other that are told apart; the text of deeper ones stands in the innermost that is. */
const MOST_DEPTH = 40;

/** The body, or a text box. */
interface Flow {
  kind: 'flow';
  blocks: Block[];
  carried: Paragraph | undefined;
  /** Of a list that has not ended, or what the paragraph around a box has to tell. */
  notes: string[];
}
interface Table {
  kind: 'table';
  rows: string[];
  cells: string[];
  rowDropped: boolean;
  after: Block[];
  notes: string[];
}
interface TableCell {
  kind: 'cell';
  texts: string[];
  merged: boolean;
  after: Block[];
  carried: Paragraph | undefined;
  notes: string[];
}
type Scope = Flow | Table | TableCell;

type Opening = 'tbl' | 'tr' | 'tc' | 'txbxContent';

/** Puts paragraphs where they belong: into the body, a cell, or a text box that stands inside a paragraph. */
export interface Scopes {
  beginParagraph(): void;
  endParagraph(): void;
  /** The one that is open. */
  paragraph(): Paragraph | undefined;
  write(text: string): void;
  /** Told after the paragraph that is open, and after its table. */
  after(block: Block): void;
  /** Told after the paragraph, list or table that refers to it. */
  note(text: string): void;
  open(name: Opening): void;
  close(name: Opening): void;
  /** The row that is open is deleted. */
  dropRow(): void;
  /** The cell that is open is the rest of one above. */
  mergeCell(): void;
  end(): Block[];
}

export function createScopes(styles: Styles, counter: ItemCounter): Scopes {
  const root: Flow = { kind: 'flow', blocks: [], carried: undefined, notes: [] };
  const scopes: Scope[] = [root];
  // Text boxes stand inside paragraphs. Of each, how many scopes there were when it began.
  const paragraphs: { paragraph: Paragraph; depth: number }[] = [];
  let deeper = 0;

  const top = (): Scope => scopes.at(-1) ?? root;

  function append(flow: Flow, block: Block): void {
    if (flow === root && block.kind !== 'item') flushNotes();
    flow.blocks.push(block);
  }
  function flushNotes(): void {
    for (const text of root.notes.splice(0)) root.blocks.push({ kind: 'paragraph', text });
  }
  function place(paragraph: Paragraph): void {
    const { block, inCell } = finishParagraph(paragraph, styles, counter);
    const scope = top();
    if (scope.kind === 'flow') {
      if (block.text !== '') append(scope, block);
      for (const after of paragraph.after) append(scope, after);
    } else if (scope.kind === 'cell') {
      if (inCell !== '') scope.texts.push(inCell);
      for (const after of paragraph.after) {
        if ('text' in after) scope.texts.push(after.text.replace(/\s+/g, ' ').trim());
        else scope.after.push(after);
      }
    }
    moveAll(paragraph.notes, scope.notes);
    if (scope === root && block.kind !== 'item') flushNotes();
  }
  function endTable({ rows, after, notes }: Table): void {
    const scope = top();
    if (scope.kind === 'cell') {
      moveAll(rows, scope.texts);
      moveAll(after, scope.after);
    } else if (scope.kind === 'flow') {
      rows.forEach((text, at) => {
        append(scope, { kind: 'row', first: at === 0, text });
      });
      for (const block of after) append(scope, block);
    }
    moveAll(notes, scope.notes);
    if (scope === root) flushNotes();
  }
  function endCell({ carried, texts, merged, after, notes }: TableCell): void {
    const table = top();
    if (table.kind !== 'table') return;
    if (carried) texts.push(carried.text.trim());
    if (!merged || texts.length > 0) table.cells.push(texts.join(' '));
    moveAll(after, table.after);
    moveAll(notes, table.notes);
  }
  function endRow(): void {
    const table = top();
    if (table.kind !== 'table') return;
    if (!table.rowDropped && table.cells.some((cell) => cell !== ''))
      table.rows.push(table.cells.join(' | ').trimEnd());
    table.cells = [];
    table.rowDropped = false;
  }
  function endBox({ carried, blocks, notes }: Flow): void {
    const target = paragraphs.at(-1)?.paragraph;
    if (carried) blocks.push({ kind: 'paragraph', text: carried.text.trim() });
    if (!target) for (const block of blocks) append(root, block);
    else moveAll(blocks, target.after);
    moveAll(notes, (target ?? root).notes);
  }
  function endScope(): void {
    if (scopes.length === 1) return;
    const scope = scopes.pop();
    if (scope?.kind === 'table') endTable(scope);
    else if (scope?.kind === 'cell') endCell(scope);
    else if (scope) endBox(scope);
  }
  function endParagraph(): void {
    const paragraph = paragraphs.pop()?.paragraph;
    const scope = top();
    if (!paragraph) return;
    if (paragraph.goesOn && scope.kind !== 'table') scope.carried = paragraph;
    else place(paragraph);
  }

  return {
    paragraph: () => paragraphs.at(-1)?.paragraph,
    beginParagraph() {
      const scope = top();
      const paragraph = newParagraph();
      if (scope.kind !== 'table' && scope.carried) {
        const { text, after, notes } = scope.carried;
        Object.assign(paragraph, { text, after, notes });
        scope.carried = undefined;
      }
      paragraphs.push({ paragraph, depth: scopes.length });
    },
    endParagraph,
    write(text) {
      const paragraph = paragraphs.at(-1)?.paragraph;
      if (paragraph) paragraph.text += text;
    },
    after(block) {
      const paragraph = paragraphs.at(-1)?.paragraph;
      const scope = top();
      if (paragraph) paragraph.after.push(block);
      else if (scope.kind === 'flow') append(scope, block);
      else scope.after.push(block);
    },
    note: (text) => void (paragraphs.at(-1)?.paragraph ?? top()).notes.push(text),
    open(name) {
      if (name === 'tr') return;
      if (deeper > 0 || scopes.length > MOST_DEPTH) deeper++;
      else if (name === 'tbl') {
        scopes.push({ kind: 'table', rows: [], cells: [], rowDropped: false, after: [], notes: [] });
      } else if (name === 'tc') {
        scopes.push({ kind: 'cell', texts: [], merged: false, after: [], carried: undefined, notes: [] });
      } else scopes.push({ kind: 'flow', blocks: [], carried: undefined, notes: [] });
    },
    close(name) {
      if (deeper > 0) deeper -= name === 'tr' ? 0 : 1;
      else if (name === 'tr') endRow();
      else endScope();
    },
    dropRow() {
      const table = top();
      if (table.kind === 'table' && deeper === 0) table.rowDropped = true;
    },
    mergeCell() {
      const cell = top();
      if (cell.kind === 'cell' && deeper === 0) cell.merged = true;
    },
    end() {
      // Of a damaged document, what is open counts as far as it goes.
      while (scopes.length > 1 || paragraphs.length > 0) {
        const paragraph = paragraphs.at(-1);
        if (paragraph && paragraph.depth >= scopes.length) endParagraph();
        else {
          endRow();
          endScope();
        }
      }
      if (root.carried) place(root.carried);
      root.carried = undefined;
      flushNotes();
      return root.blocks;
    },
  };
}

function moveAll<T>(from: T[], to: T[]): void {
  for (const one of from.splice(0)) to.push(one);
}
