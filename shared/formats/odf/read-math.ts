import { type Built, buildFormula, NOTHING, plainPart } from '../ooxml/build-formula.ts';
import type { XmlEvents } from '../xml/read-xml.ts';

/** MathML tells the parts of an element by their order; here by the names that Office has for them. */
const PARTS: Readonly<Record<string, readonly [name: string, ...roles: string[]]>> = {
  mfrac: ['f', 'num', 'den'],
  msup: ['sSup', 'e', 'sup'],
  msub: ['sSub', 'e', 'sub'],
  msubsup: ['sSubSup', 'e', 'sub', 'sup'],
  munder: ['sSub', 'e', 'sub'],
  mover: ['sSup', 'e', 'sup'],
  munderover: ['sSubSup', 'e', 'sub', 'sup'],
  mroot: ['rad', 'e', 'deg'],
};
const WORDS = new Set(['mi', 'mn', 'mo', 'mtext', 'ms']);
/** The formula again, in the language of the program that wrote it. */
const LEFT_OUT = new Set(['annotation', 'annotation-xml', 'mphantom']);
/** Elements in each other that are told apart. */
const MOST_DEPTH = 400;

/** Writes formulas of MathML in lines. @param onFormula gets each */
export function createMathReader(onFormula: (line: string) => void): XmlEvents {
  const open: { name: string; parts: Built[] }[] = [];
  let deeper = 0;
  let skipping = 0;
  return {
    open(name) {
      if (skipping > 0 || LEFT_OUT.has(name)) skipping++;
      else if (deeper > 0 || open.length >= MOST_DEPTH) deeper++;
      else open.push({ name, parts: [] });
    },
    text(piece) {
      const inner = open.at(-1);
      if (skipping > 0 || !inner || !(WORDS.has(inner.name) || deeper > 0)) return;
      const word = piece.trim();
      if (word !== '') inner.parts.push(plainPart(word));
    },
    close() {
      if (skipping > 0) skipping--;
      else if (deeper > 0) deeper--;
      else {
        const done = open.pop();
        if (!done) return;
        const built = build(done.name, done.parts);
        const outer = open.at(-1);
        if (outer) outer.parts.push(built);
        else if (built.text !== '') onFormula(built.text);
      }
    },
  };
}

function build(name: string, parts: readonly Built[]): Built {
  const known = PARTS[name];
  if (known) {
    const [office, ...roles] = known;
    return buildFormula(
      office,
      roles.map((role, at) => ({ role, built: parts[at] ?? NOTHING })),
      new Map(),
    );
  }
  const row = parts.map((built) => ({ role: 'e', built }));
  switch (name) {
    case 'msqrt':
      return buildFormula('rad', [{ role: 'e', built: buildFormula('e', row, new Map()) }], new Map());
    case 'mfenced':
      return buildFormula('d', row, new Map([['sepChr', ',']]));
    case 'mtable':
      return buildFormula('eqArr', row, new Map());
    case 'mtr':
      return buildFormula('mr', row, new Map());
    default:
      return buildFormula('e', row, new Map());
  }
}
