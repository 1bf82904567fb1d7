import type { OfficePackage } from '../ooxml/open-package.ts';

/** How a number is to be read: as what it is, as a share, or as a moment. */
export type NumberKind =
  | { kind: 'number' }
  | { kind: 'percent'; decimals: number }
  | { kind: 'moment'; date: boolean; time: boolean }
  /** Hours that count on beyond 24. */
  | { kind: 'elapsed' };

const PLAIN: NumberKind = { kind: 'number' };

/** The numbers of the built-in formats that are no plain numbers; those from 27 on depend on the country and are dates. */
function builtIn(id: number): NumberKind {
  if (id === 9) return { kind: 'percent', decimals: 0 };
  if (id === 10) return { kind: 'percent', decimals: 2 };
  if (id === 22) return { kind: 'moment', date: true, time: true };
  if (id === 46) return { kind: 'elapsed' };
  if ((id >= 18 && id <= 21) || id === 45 || id === 47) return { kind: 'moment', date: false, time: true };
  const isDate = (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return isDate ? { kind: 'moment', date: true, time: false } : PLAIN;
}

/** What a format code such as `yyyy-mm-dd hh:mm` or `0.0%` says. Exported for its test. */
export function readFormatCode(code: string): NumberKind {
  const [positive = ''] = code.split(';', 1);
  if (/\[h+\]|\[m+\]|\[s+\]/i.test(positive)) return { kind: 'elapsed' };
  // Literal text, colours, conditions, currencies and fillers are no parts of a date.
  const bare = positive.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replace(/general/gi, '');
  if (bare.includes('%')) return { kind: 'percent', decimals: /\.([0#?]+)/.exec(bare)?.[1]?.length ?? 0 };
  const time = /[hs]|am\/pm/i.test(bare);
  const date = /[yd]/i.test(bare) || (/m/i.test(bare) && !time);
  return date || time ? { kind: 'moment', date, time } : PLAIN;
}

/**
 * The kinds of number by cell style, as the index `s` of a cell names it.
 * @throws AppError as readXml
 */
export async function readNumberFormats(pack: OfficePackage, part: string | undefined): Promise<NumberKind[]> {
  const styles: NumberKind[] = [];
  if (part === undefined || !pack.parts.names.has(part)) return styles;
  const custom = new Map<number, NumberKind>();
  let inCellStyles = false;
  await pack.read(part, {
    open(name, attributes) {
      const id = Number(attributes.numFmtId);
      if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'numFmt') custom.set(id, readFormatCode(attributes.formatCode ?? ''));
      else if (name === 'xf' && inCellStyles) styles.push(custom.get(id) ?? builtIn(id));
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}
