import type { PDFPageProxy, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { isRecord } from './annotation.ts';
import { isSymbolFont, symbolOf } from './dingbats.ts';
import type { Drawing } from './operators.ts';
import { isGarbage } from './unreadable-text.ts';

/** Signs of a font that tell whether they make sense. */
const ENOUGH_SIGNS = 400;

/** Runs of a page, told apart by whether the characters are known that their fonts show. */
export interface SortedRuns {
  readable: TextItem[];
  unreadable: TextItem[];
}

interface Font {
  name: string;
  /** Its signs are numbers of glyphs, and the file does not say which characters they show. */
  numbered: boolean;
  /** What was written in it so far. */
  sample: string;
}

export interface Fonts {
  /** @param draws called where a page has fonts that were not seen before: makes the library tell of them */
  sort(page: PDFPageProxy, items: readonly TextItem[], draws: () => Promise<Drawing>): Promise<SortedRuns>;
}

/** The fonts of a document, by the names that the library gives them. */
export function createFonts(): Fonts {
  const known = new Map<string, Font>();
  return {
    async sort(page, items, draws) {
      const missing = items.some(({ fontName }) => fontName !== '' && !known.has(fontName));
      const codeFonts = missing ? (await draws()).codeFonts : new Set<string>();
      for (const { fontName, str } of items) {
        const font = known.get(fontName) ?? toFont(page, fontName, codeFonts);
        known.set(fontName, font);
        if (font.sample.length < ENOUGH_SIGNS) font.sample += `${str} `;
      }
      const garbage = new Set(
        [...known].filter(([, font]) => !isSymbolFont(font.name) && isGarbage(font.sample, font)).map(([name]) => name),
      );
      const sorted: SortedRuns = { readable: [], unreadable: [] };
      for (const item of items) {
        if (garbage.has(item.fontName) && item.str.trim() !== '') sorted.unreadable.push(item);
        else sorted.readable.push(withSymbols(item, known.get(item.fontName)?.name ?? ''));
      }
      return sorted;
    },
  };
}

function toFont(page: PDFPageProxy, id: string, codeFonts: ReadonlySet<string>): Font {
  const told: unknown = page.commonObjs.has(id) ? page.commonObjs.get(id) : undefined;
  const font = isRecord(told) ? told : {};
  const name = typeof font.name === 'string' ? font.name : '';
  return { name, numbered: font.composite === true && codeFonts.has(id), sample: '' };
}

function withSymbols(item: TextItem, fontName: string): TextItem {
  if (!isSymbolFont(fontName)) return item;
  return { ...item, str: [...item.str].map((sign) => symbolOf(fontName, sign) ?? sign).join('') };
}
