import { localAttribute } from '../xml/local-attribute.ts';
import type { XmlEvents } from '../xml/read-xml.ts';
import { type Built, buildFormula, plainPart } from './build-formula.ts';

/** Elements in each other that are told apart; deeper ones are read as one row. */
const MOST_DEPTH = 200;
/** Elements that hold a row of others. */
const ROWS = new Set(['oMath', 'e', 'num', 'den', 'sub', 'sup', 'deg', 'lim', 'fName']);

interface Open {
  name: string;
  parts: { role: string; built: Built }[];
  properties: Map<string, string>;
}

/**
 * Turns the formulas of an Office document (OMML) into lines such as `F=½ρv²`, which the handlers get as a text element:
 * their parts do not stand in the order in which they are read aloud.
 */
export function withFormulas(events: XmlEvents): XmlEvents {
  const open: Open[] = [];
  let deeper = 0;
  let equations = 0;

  function end(): void {
    const done = open.pop();
    if (done === undefined) return;
    if (done.name === 'eqArr') equations--;
    const built = buildFormula(done.name, done.parts, done.properties);
    const outer = open.at(-1);
    if (outer) outer.parts.push({ role: done.name, built });
    else if (built.text.trim() !== '') {
      events.open?.('t', {});
      events.text?.(built.text);
      events.close?.('t');
    }
  }

  return {
    open(name, attributes) {
      if (open.length === 0 && name !== 'oMath') events.open?.(name, attributes);
      else if (deeper > 0 || isDeepest(open)) deeper++;
      else {
        // A property of an element stands in a list of them: `m:d` holds `m:dPr`, which holds `m:begChr`.
        open.at(-2)?.properties.set(name, localAttribute(attributes, 'val') ?? '');
        if (name === 'eqArr') equations++;
        open.push({ name, parts: [], properties: new Map() });
      }
    },
    text(piece) {
      const inner = open.at(-1);
      if (inner === undefined) events.text?.(piece);
      else if (inner.name === 't' || deeper > 0) {
        // The signs by which the lines of several equations are aligned are not shown.
        inner.parts.push({ role: 'text', built: plainPart(equations > 0 ? piece.replaceAll('&', '') : piece) });
      }
    },
    close(name) {
      if (open.length === 0) events.close?.(name);
      else if (deeper > 0) deeper--;
      else end();
    },
  };
}

/** A row that is read without what stands in it: any other element would lose its words. */
function isDeepest(open: readonly Open[]): boolean {
  return open.length >= 2 * MOST_DEPTH || (open.length >= MOST_DEPTH && ROWS.has(open.at(-1)?.name ?? ''));
}
