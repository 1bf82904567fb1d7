import type { PDFPageProxy, TextItem, TextMarkedContent } from 'pdfjs-dist/types/src/display/api.js';
import { areaOf, union } from './area.ts';
import { type MarkedContent, readMarkedContent } from './marked-content.ts';
import { directionOf } from './place-runs.ts';
import type { RawObjects } from './raw-objects.ts';

type Item = TextItem | TextMarkedContent;

/**
 * The runs of a page, with the text that marked stretches stand for instead of the signs that they draw: ligatures,
 * letters of scripts whose signs are put together, soft hyphens.
 * @param objects asked where the page has stretches that may say so
 */
export async function withActualText(
  page: PDFPageProxy,
  items: readonly Item[],
  objects: () => Promise<RawObjects>,
): Promise<TextItem[]> {
  const runs = items.filter((item): item is TextItem => 'str' in item);
  if (!items.some((item) => !('str' in item) && isSpan(item))) return runs;
  const marked = contentsOf(page, await objects()).flatMap(readMarkedContent);
  const begun = items.filter((item): item is TextMarkedContent => !('str' in item) && item.type !== 'endMarkedContent');
  // Pictures and forms on the page may hold stretches of their own, and then nothing is certain.
  const isSame = begun.length === marked.length && begun.every((item, at) => tagOf(item) === marked[at]?.tag);
  return isSame && marked.some(({ actualText }) => actualText !== undefined) ? replace(items, marked) : runs;
}

function isSpan(item: TextMarkedContent): boolean {
  return item.type === 'beginMarkedContentProps' && tagOf(item) === 'Span';
}

/** The library's types leave it out. */
function tagOf(item: TextMarkedContent): string {
  return 'tag' in item && typeof item.tag === 'string' ? item.tag : '';
}

function contentsOf(page: PDFPageProxy, objects: RawObjects): string[] {
  const dictionary = page.ref ? (objects.text(page.ref.num) ?? '') : '';
  const written = /\/Contents\s*(\[[^\]]*\]|\d+\s+\d+\s+R)/.exec(dictionary)?.[1] ?? '';
  const direct = [...written.matchAll(/(\d+)\s+\d+\s+R/g)].map(([, number]) => Number(number));
  const [only] = direct;
  // A list may be an object of its own.
  const listed = only !== undefined && direct.length === 1 ? objects.text(only)?.trim() : undefined;
  const numbers = listed?.startsWith('[')
    ? [...listed.matchAll(/(\d+)\s+\d+\s+R/g)].map(([, number]) => Number(number))
    : direct;
  // Instructions may go on from one part to the next.
  return [numbers.map((number) => objects.stream(number)?.toString('latin1') ?? '').join('\n')];
}

function replace(items: readonly Item[], marked: readonly MarkedContent[]): TextItem[] {
  const runs: TextItem[] = [];
  let begun = 0;
  let depth = 0;
  // The outermost says what all in it stands for.
  let span: { depth: number; text: string; run: TextItem | undefined } | undefined;
  for (const item of items) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') {
        depth--;
        if (span && depth < span.depth) span = undefined;
      } else {
        depth++;
        const text = marked[begun++]?.actualText;
        if (text !== undefined) span ??= { depth, text, run: undefined };
      }
    } else if (!span) runs.push(item);
    else if (span.run) widen(span.run, item);
    else if (item.str.trim() !== '') {
      span.run = { ...item, str: span.text, dir: directionOf(span.text) };
      runs.push(span.run);
    }
  }
  return runs;
}

/** A run that stands for several takes their place. */
function widen(run: TextItem, by: TextItem): void {
  const [a = 1, b = 0] = run.transform.map(Number);
  const whole = union(areaOf(run), areaOf(by));
  run.width = Math.abs(a) >= Math.abs(b) ? whole.x1 - whole.x0 : whole.y1 - whole.y0;
}
