import { pathLine } from '#shared/domain/chunk.ts';
import type { Heading } from '#shared/formats/format.ts';

/**
 * The headings that are open at some place of a document, outermost first: the place in the list is the level, and a
 * level that was skipped holds an empty string.
 */
export type OpenHeadings = readonly string[];

/** A heading closes those of its own level and below. */
export function openHeading(open: OpenHeadings, { level, title }: Pick<Heading, 'level' | 'title'>): string[] {
  const outer = Array.from({ length: Math.max(0, level - 1) }, (_, index) => open[index] ?? '');
  return [...outer, title];
}

const TITLE_CHARS = 120;

/**
 * Ever shorter versions of a path, the last one empty: the first that leaves enough room for the text is taken. The
 * innermost headings say most about a text, so the outer ones go first.
 */
export function pathVariants(open: OpenHeadings): string[][] {
  const titles = open.map((title) => shorten(title, TITLE_CHARS)).filter((title) => title !== '');
  const innermost = titles.at(-1) ?? '';
  const variants = [
    titles,
    titles.slice(-3),
    titles.slice(-2),
    [innermost],
    [shorten(innermost, 60)],
    [shorten(innermost, 20)],
  ];
  const filled = variants.filter((path) => path.some((title) => title !== ''));
  return [...new Map(filled.map((path) => [pathLine(path), path])).values(), []];
}

/** Cuts at a grapheme, so that the shortened title is still well-formed text. */
function shorten(title: string, maxChars: number): string {
  const line = title.replace(/\s+/g, ' ').trim();
  if (line.length <= maxChars) return line;
  const cut = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(line).containing(maxChars - 1)?.index ?? 0;
  return cut === 0 ? '' : `${line.slice(0, cut).trimEnd()}…`;
}
