import type { Heading } from '#shared/formats/format.ts';

const ATX = /^ {0,3}(#{1,6})[ \t](.*)$/;
const CLOSING_MARKS = /(?<=[ \t])#+$/;
/** Longer lines are no headings, whatever they begin with; it also bounds the work of the patterns. */
const MAX_LINE = 1000;
const SETEXT = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** Lines that a setext underline does not turn into a heading: lists, quotes, tables, indented code, rules. */
const NOT_A_PARAGRAPH = /^(?: {4}|\t| {0,3}(?:[-*+>|]|\d{1,9}[.)])(?:\s|$))/;
const FRONT_MATTER = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/** Headings of a Markdown text (`# ATX` and underlined), not those inside fenced code or front matter. */
export function markdownHeadings(text: string): Heading[] {
  const headings: Heading[] = [];
  let fence: string | undefined;
  let offset = FRONT_MATTER.exec(text)?.[0].length ?? 0;
  let previous: { offset: number; line: string } | undefined;
  while (offset < text.length) {
    const newline = text.indexOf('\n', offset);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(offset, Math.min(end, offset + MAX_LINE + 1));
    const here = { offset, line };
    offset = end + 1;
    const marker = FENCE.exec(line);
    if (fence !== undefined) {
      if (closes(marker, fence)) fence = undefined;
      previous = undefined;
    } else if (opens(marker)) {
      fence = marker?.[1];
      previous = undefined;
    } else {
      const found = atx(here) ?? setext(previous, line);
      if (found) headings.push(found);
      previous = found || line.length > MAX_LINE || line.trim() === '' || NOT_A_PARAGRAPH.test(line) ? undefined : here;
    }
  }
  return headings;
}

function atx({ offset, line }: { offset: number; line: string }): Heading | undefined {
  const match = line.length > MAX_LINE ? null : ATX.exec(line);
  const title = plain((match?.[2] ?? '').trim().replace(CLOSING_MARKS, ''));
  return match?.[1] && title !== '' ? { offset, level: match[1].length, title } : undefined;
}

function setext(previous: { offset: number; line: string } | undefined, line: string): Heading | undefined {
  const match = SETEXT.exec(line);
  if (!match?.[1] || !previous) return undefined;
  const title = plain(previous.line);
  return title === '' ? undefined : { offset: previous.offset, level: match[1].startsWith('=') ? 1 : 2, title };
}

function opens(marker: RegExpExecArray | null): boolean {
  if (!marker?.[1]) return false;
  return !(marker[1].startsWith('`') && marker[2]?.includes('`'));
}

function closes(marker: RegExpExecArray | null, fence: string): boolean {
  return marker?.[1]?.startsWith(fence) === true && marker[2]?.trim() === '';
}

/** The words of a heading: link and picture targets, emphasis marks, code ticks, `{#anchors}` and escapes left out. */
function plain(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?/g, '$1')
    .replace(/(?<!\s)\s*\{#[^{}]*\}\s*$/, '')
    .replace(/(?<!\\)(\*{1,3}|_{2,3}|`+|~~)/g, '')
    .replace(/(?<![\\\w])_([^_]+)_(?!\w)/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
