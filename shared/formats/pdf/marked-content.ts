import { readPdfString, stringAt } from './pdf-string.ts';

/** A stretch of a page's drawing instructions that is marked. */
export interface MarkedContent {
  tag: string;
  /** The text that it stands for, where that is told; named lists of properties are not looked up. */
  actualText: string | undefined;
}

const WORD = /[^\s()<>[\]{}/%]+/y;
const NAME = /\/[^\s()<>[\]{}/%]*/y;
const NUMBER = /^[-+.\d]/;

/** The marked stretches of drawing instructions, in the order in which they begin. */
export function readMarkedContent(instructions: string): MarkedContent[] {
  const found: MarkedContent[] = [];
  let operands = 0;
  let at = 0;
  while (at < instructions.length) {
    const sign = instructions[at];
    if (sign === '(' || (sign === '<' && instructions[at + 1] !== '<')) {
      at += Math.max(1, stringAt(instructions, at).length);
    } else if (sign === '%') {
      at = endOfLine(instructions, at);
      operands = at;
    } else if (sign === '/') {
      NAME.lastIndex = at;
      at += NAME.exec(instructions)?.[0].length ?? 1;
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(instructions)?.[0];
      if (word === undefined) {
        at++;
        continue;
      }
      if (word === 'BDC' || word === 'BMC') found.push(toMarked(instructions.slice(operands, at)));
      at += word.length;
      if (word === 'ID') at = endOfPicture(instructions, at);
      if (!NUMBER.test(word)) operands = at;
    }
  }
  return found;
}

function toMarked(operands: string): MarkedContent {
  const tag = /^\s*\/([^\s()<>[\]{}/%]*)/.exec(operands)?.[1] ?? '';
  const named = /\/ActualText\s*/.exec(operands);
  const written = named ? stringAt(operands, named.index + named[0].length) : '';
  return { tag, actualText: written === '' ? undefined : readPdfString(written) };
}

function endOfLine(text: string, from: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

/** Pictures between drawing instructions are bytes of any kind. */
function endOfPicture(text: string, from: number): number {
  const end = /\sEI(?=\s|$)/g;
  end.lastIndex = from;
  const found = end.exec(text);
  return found ? found.index + found[0].length : text.length;
}
