import { Tokenizer } from 'htmlparser2';

export interface TagEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

const VOID: ReadonlySet<string> = new Set(
  'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr'.split(
    ' ',
  ),
);
/** Elements whose beginning ends an open paragraph. */
const ENDS_PARAGRAPH =
  'address article aside blockquote details div dl fieldset figcaption figure footer form header hr main nav ol pre ' +
  'section table ul';
/** What the beginning of an element ends, when that is the innermost one open. */
const ENDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...ENDS_PARAGRAPH.split(' ').map((name) => [name, new Set(['p'])] as const),
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(
    (name) => [name, new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])] as const,
  ),
  ['tr', new Set(['tr', 'th', 'td'])],
  ['th', new Set(['th', 'td'])],
  ['td', new Set(['thead', 'th', 'td'])],
  ['tbody', new Set(['thead', 'tbody'])],
  ['tfoot', new Set(['thead', 'tbody'])],
  ['body', new Set(['head', 'link', 'script'])],
  ['a', new Set(['a'])],
  ['li', new Set(['li'])],
  ['option', new Set(['option'])],
  ['optgroup', new Set(['optgroup', 'option'])],
  ['dd', new Set(['dd', 'dt'])],
  ['dt', new Set(['dd', 'dt'])],
  ['rt', new Set(['rt', 'rp', 'rb'])],
  ['rp', new Set(['rt', 'rp', 'rb'])],
  ['rb', new Set(['rt', 'rp', 'rb'])],
]);
/** Inside a drawing or a formula other rules hold, except in these. */
const HTML_INSIDE = new Set(['foreignobject', 'desc', 'title', 'annotation-xml', 'mi', 'mo', 'mn', 'ms', 'mtext']);

/**
 * Tells the elements of a page in order, each one that begins also as ended, whatever the page leaves open. The
 * library's own parser moves all open elements for each new one, so a page of nested elements took it minutes; here
 * every step costs the same at any depth.
 * @param isDrawing whether the page is one drawing, where every element may close itself
 */
export function readTags(html: string, events: TagEvents, isDrawing = false): void {
  const names: string[] = [];
  /** Whether the rules of drawings hold inside the open element at this place. */
  const foreign: boolean[] = [];
  /** Where the open elements of each name are, the innermost last. */
  const places = new Map<string, number[]>();
  let name = '';
  let attributes: Record<string, string> = {};
  let attribute = '';
  let value = '';

  const isForeign = (): boolean => foreign.at(-1) ?? isDrawing;
  function pop(): void {
    const closed = names.pop() ?? '';
    foreign.pop();
    places.get(closed)?.pop();
    events.close(closed);
  }
  function begin(): void {
    const ended = ENDS.get(name);
    while (ended?.has(names.at(-1) ?? '')) pop();
    if (!VOID.has(name)) {
      const inner = name === 'svg' || name === 'math' || (isForeign() && !HTML_INSIDE.has(name));
      const open = places.get(name);
      if (open === undefined) places.set(name, [names.length]);
      else open.push(names.length);
      names.push(name);
      foreign.push(inner);
    }
    events.open(name, attributes);
    if (VOID.has(name)) events.close(name);
    attributes = {};
  }
  function end(closing: string): void {
    const place = places.get(closing)?.at(-1);
    if (place !== undefined) while (names.length > place) pop();
    else if (closing === 'p' || closing === 'br') {
      events.open(closing, {});
      events.close(closing);
    }
  }

  const tokenizer = new Tokenizer(
    { decodeEntities: true, xmlMode: false },
    {
      isInForeignContext: isForeign,
      onopentagname(start, endIndex) {
        name = html.slice(start, endIndex).toLowerCase();
        if (name === 'image' && !isForeign()) name = 'img';
        attributes = {};
      },
      onopentagend: begin,
      onselfclosingtag() {
        const closes = isForeign() || name === 'svg' || name === 'math';
        begin();
        if (closes && names.at(-1) === name) pop();
      },
      onattribname(start, endIndex) {
        attribute = html.slice(start, endIndex).toLowerCase();
        value = '';
      },
      onattribdata(start, endIndex) {
        value += html.slice(start, endIndex);
      },
      onattribentity(codePoint) {
        value += String.fromCodePoint(codePoint);
      },
      onattribend() {
        // The first of two with one name counts.
        if (!Object.hasOwn(attributes, attribute)) attributes[attribute] = value;
        value = '';
      },
      onclosetag: (start, endIndex) => end(html.slice(start, endIndex).toLowerCase()),
      ontext: (start, endIndex) => events.text(html.slice(start, endIndex)),
      ontextentity: (codePoint) => events.text(String.fromCodePoint(codePoint)),
      oncdata(start, endIndex, offset) {
        if (isForeign()) events.text(html.slice(start, endIndex - offset));
      },
      // Comments, document types and instructions are nothing that a reader sees.
      oncomment: () => undefined,
      ondeclaration: () => undefined,
      onprocessinginstruction: () => undefined,
      onend: () => undefined,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  while (names.length > 0) pop();
}
