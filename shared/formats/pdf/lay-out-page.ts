import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { TextBox, WordBox } from '#shared/domain/page-place.ts';
import type { Heading } from '../format.ts';
import type { PictureText } from '../ocr/page-text.ts';
import { type Area, areaOf } from './area.ts';
import { toFragments } from './fragment.ts';
import { markOf, resolveMarks, withMark } from './marks.ts';
import { bodySizeOf, chooseBodySize, countSizes, needsDrawing, toPageText } from './page-text.ts';
import { placeRuns } from './place-runs.ts';
import type { PageContent } from './read-content.ts';
import type { DocumentTraits } from './sample-document.ts';
import { toTextBoxes } from './text-boxes.ts';

/** Text that was read from a part of the page. */
export interface AreaText extends PictureText {
  area: Area;
}

export interface LaidOut {
  text: string;
  headings: Heading[];
  /** Of the texts that were read, where they came to stand. */
  words: WordBox[];
  /** Of paragraphs and rows of tables. */
  boxes: TextBox[];
}

/** Comparisons of remarks with the page's runs; beyond that they stand at the end of the page. */
const MOST_STEPS = 50_000_000;

/**
 * The text of a page in reading order, with what fields show beside their labels, remarks below the paragraph that they
 * belong to, and the text in pictures where the pictures are.
 */
export async function layOutPage(
  { page, items, lines, remarks, isVertical, lettersAndRules }: PageContent,
  read: readonly AreaText[],
  traits: DocumentTraits,
): Promise<LaidOut> {
  const texts = new Map<number, string>();
  const marked = [...items];
  const areas = items.length * remarks.length > MOST_STEPS ? [] : items.map(areaOf);
  for (const { area, text } of remarks) {
    const number = texts.size;
    texts.set(number, text);
    const index = nearest(items, areas, area);
    const item = index === undefined ? undefined : marked[index];
    if (index !== undefined && item) marked[index] = withMark(item, number);
  }
  const pictures = read.map(({ area, text }) => {
    const number = texts.size;
    texts.set(number, text);
    const middle = (area.y0 + area.y1) / 2;
    return { area: { ...area, y0: middle - 1, y1: middle + 1 }, lines: [markOf(number)], fontSize: 0 };
  });
  const runs = placeRuns(placeRuns(marked, lines, page.rotate), pictures, page.rotate);
  const groups = toFragments(runs, isVertical);
  const bodySize = chooseBodySize(bodySizeOf(countSizes(groups)), traits.bodySize);
  const drawing = traits.softHyphens || needsDrawing(groups) ? await lettersAndRules() : undefined;
  const laidOut = toPageText(groups, bodySize, drawing);
  if (texts.size === 0) return { ...laidOut, words: [], boxes: toTextBoxes(laidOut.boxes, page) };
  const { text, headings, offsets } = resolveMarks(laidOut, texts);
  const words = read.flatMap((part, index) => {
    const offset = offsets.get(remarks.length + index);
    return offset === undefined ? [] : part.words.map((word) => ({ ...word, offset: word.offset + offset }));
  });
  // Remarks and texts of pictures move what stands behind them, so that the boxes would be those of other words.
  return { text, headings, words: words.sort((a, b) => a.offset - b.offset), boxes: [] };
}

/** The run that a remark is about: the last of those it lies on, or the nearest. */
function nearest(items: readonly TextItem[], areas: readonly Area[], remark: Area): number | undefined {
  let best: { index: number; distance: number } | undefined;
  for (const [index, area] of areas.entries()) {
    if (items[index]?.str.trim() === '') continue;
    const distance = apart(area, remark);
    if (!best || distance <= best.distance) best = { index, distance };
  }
  return best?.index;
}

/** Lines count more than columns: a note in the margin belongs to the line beside it. */
function apart(a: Area, b: Area): number {
  const across = Math.max(0, a.x0 - b.x1, b.x0 - a.x1);
  const down = Math.max(0, a.y0 - b.y1, b.y0 - a.y1);
  return across + 10 * down;
}
