import { createTextLines, type TextLines } from '#shared/formats/text/text-lines.ts';
import { readTags } from './html-tags.ts';
import { createSights } from './sights.ts';

/** What a reader does not see, or nothing but marks of a drawing, or how the words beside it are pronounced. */
const IGNORED: ReadonlySet<string> = new Set([
  ...['title', 'script', 'style', 'template', 'svg', 'iframe', 'object', 'canvas', 'audio', 'video'],
  ...['rt', 'rp', 'rtc'],
]);
/** Elements that stand by themselves, with an empty line before and after. */
const BLOCKS: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body caption center details dialog dir div dl fieldset figcaption figure footer ' +
    'form header hgroup hr html legend main menu nav ol p pre section summary table ul'
  ).split(' '),
);
/** Elements that begin a line. */
const LINES: ReadonlySet<string> = new Set(['dd', 'dt', 'li', 'option', 'tr', 'caption']);
/** Of the fields of a form. */
const SHOWN_INPUTS: ReadonlySet<string> = new Set([
  'text',
  'button',
  'submit',
  'reset',
  'search',
  'email',
  'tel',
  'url',
  'number',
  'date',
  'time',
]);
const HEADING = /^h([1-6])$/;

/**
 * Turns HTML into text that reads like Markdown — `#` headings, lists, table rows as `a | b`, fenced code — but
 * without marks for emphasis, link targets and escapes, which are of no use to a search and break words apart.
 * Scripts, styles, titles, what styles hide, and pictures (except their descriptions) are left out; nothing is ever
 * fetched. One pass, in time and memory that grow with the length alone.
 *
 * A page that hides all of its text shows it by a script, so it is read as if it hid nothing.
 */
export function htmlToText(html: string): string {
  const { text, hidAny } = convert(html, true);
  return text === '' && hidAny ? convert(html, false).text : text;
}

function convert(html: string, hide: boolean): { text: string; hidAny: boolean } {
  const lines = createTextLines();
  const lists: List[] = [];
  const sights = createSights(IGNORED, hide);
  let tables = 0;

  readTags(html, {
    open(name, attributes) {
      const sight = sights.open(name, attributes);
      if (sight === 'gone') return;
      if (name === 'table') tables += 1;
      if (sight === 'visible' || (name !== 'img' && name !== 'input')) open(lines, lists, name, attributes, tables);
    },
    text(text) {
      if (!sights.style(text) && sights.now === 'visible') lines.text(text);
    },
    close(name) {
      if (sights.close() === 'gone') return;
      close(lines, lists, name, tables);
      if (name === 'table') tables -= 1;
    },
  });
  return { text: lines.end(), hidAny: sights.hidAny };
}

interface List {
  /** Of the next item; undefined: items have no number. */
  number: number | undefined;
}

function open(
  lines: TextLines,
  lists: List[],
  name: string,
  attributes: Readonly<Record<string, string>>,
  tables: number,
): void {
  const heading = HEADING.exec(name)?.[1];
  if (heading !== undefined) lines.beginHeading(Number(heading));
  else if (name === 'br') lines.breakLine();
  else if (name === 'img') lines.text(attributes.alt?.trim() ?? '');
  else if (name === 'input') lines.text(shownValue(attributes));
  else if (name === 'pre') lines.beginCode();
  else if (name === 'blockquote') lines.beginQuote();
  else if (name === 'ol' || name === 'ul' || name === 'menu') beginList(lines, lists, name, attributes.start);
  else if (name === 'li') beginItem(lines, lists, attributes.value);
  else if (tables === 1 && name === 'tr') lines.endRow();
  else if (tables === 1 && (name === 'td' || name === 'th')) {
    lines.endCell();
    lines.beginCell();
  } else separate(lines, name);
}

function close(lines: TextLines, lists: List[], name: string, tables: number): void {
  if (HEADING.test(name)) lines.endHeading();
  else if (name === 'pre') lines.endCode();
  else if (name === 'blockquote') lines.endQuote();
  else if (name === 'ol' || name === 'ul' || name === 'menu') {
    lists.pop();
    lines.endList();
  } else if (name === 'li') lines.endItem();
  else if (tables === 1 && name === 'tr') lines.endRow();
  else if (tables === 1 && (name === 'td' || name === 'th')) lines.endCell();
  else {
    if (tables === 1 && name === 'table') lines.endRow();
    separate(lines, name);
  }
}

function beginList(lines: TextLines, lists: List[], name: string, start: string | undefined): void {
  lists.push({ number: name === 'ol' ? wholeNumber(start, 1) : undefined });
  lines.beginList();
}

function beginItem(lines: TextLines, lists: List[], value: string | undefined): void {
  const list = lists.at(-1);
  if (list?.number === undefined) lines.beginItem('-');
  else {
    const number = wholeNumber(value, list.number);
    list.number = number + 1;
    lines.beginItem(`${number}.`);
  }
}

/** What stands in a field or on a button. */
function shownValue({ type = 'text', value = '' }: Readonly<Record<string, string>>): string {
  return SHOWN_INPUTS.has(type.toLowerCase()) ? ` ${value} ` : '';
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : otherwise;
}

function separate(lines: TextLines, name: string): void {
  if (LINES.has(name)) lines.newLine();
  else if (BLOCKS.has(name)) lines.newParagraph();
  else if (name === 'td' || name === 'th') lines.text(' ');
}
