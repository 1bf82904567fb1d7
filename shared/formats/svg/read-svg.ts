import type { Heading } from '../format.ts';
import { readTags } from '../html/html-tags.ts';
import { createSights } from '../html/sights.ts';
import { createTextBuilder } from '../text/text-builder.ts';

const IGNORED: ReadonlySet<string> = new Set(['script', 'style', 'metadata']);
/** What lines of a label in HTML end with. */
const HTML_LINES = /^(?:p|div|br|li|tr|td|th|h[1-6])$/;

export interface Drawing {
  text: string;
  headings: Heading[];
  /** Pictures of points, whose words are not read. */
  pictures: number;
}

/**
 * The words of a drawing: its own title as a heading, then titles, descriptions and texts in the order of the file, a
 * line each. It is read as leniently as browsers do, so no entity is expanded and nothing is fetched.
 */
export function readSvg(source: string): Drawing {
  const builder = createTextBuilder();
  const sights = createSights(IGNORED, true);
  const open: string[] = [];
  /** Which of the open elements are read, the outermost first. */
  const readers: string[] = [];
  /** Of the open elements that offer alternatives: how deep their children are, and whether one was taken. */
  const switches: { depth: number; taken: boolean }[] = [];
  let pictures = 0;
  let text = '';
  let height: string | undefined;

  function endLine(): void {
    const line = text.replace(/\s+/g, ' ').trim();
    const last = readers.at(-1);
    if (last === 'title' && open.length === 2) builder.heading(1, line);
    else builder.line(line);
    text = '';
  }

  readTags(
    source,
    {
      open(prefixed, attributes) {
        const name = localName(prefixed);
        const choice = switches.at(-1);
        const isAlternative = choice?.depth === open.length;
        const isLeftOut = isAlternative && choice.taken;
        const sight = sights.open(name, isLeftOut ? { style: 'display:none' } : styled(attributes));
        open.push(name);
        if (name === 'switch') switches.push({ depth: open.length, taken: false });
        if (sight === 'gone') return;
        // Programs repeat a label in HTML as a plain one, for viewers that have no HTML.
        if (isAlternative && name === 'foreignobject') choice.taken = true;
        if (name === 'image' || name === 'img') pictures += 1;
        if (isReader(name)) {
          endLine();
          readers.push(name);
          height = attributes.y;
        } else if (name === 'tspan') {
          const isLower = attributes.y !== undefined ? attributes.y !== height : /[1-9]/.test(attributes.dy ?? '');
          if (isLower && attributes.x !== undefined) endLine();
          else if (attributes.x !== undefined) text += ' ';
          height = attributes.y ?? height;
        } else if (readers.at(-1) === 'foreignobject' && HTML_LINES.test(name)) endLine();
      },
      text(piece) {
        if (!sights.style(piece) && readers.length > 0 && sights.now === 'visible') text += piece;
      },
      close() {
        const name = open.pop();
        if (name === 'switch') switches.pop();
        if (sights.close() === 'gone' || name === undefined) return;
        if (isReader(name)) {
          open.push(name);
          endLine();
          open.pop();
          readers.pop();
        } else if (readers.at(-1) === 'foreignobject' && HTML_LINES.test(name)) endLine();
      },
    },
    true,
  );
  return { ...builder.build(), pictures };
}

function isReader(name: string): boolean {
  return name === 'text' || name === 'title' || name === 'desc' || name === 'foreignobject' || name === 'flowroot';
}

/** What may stand as a style may stand as an attribute, too, which counts less. */
function styled(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { display, visibility, style = '' } = attributes;
  if (display === undefined && visibility === undefined) return attributes;
  const own = `${display === undefined ? '' : `display:${display};`}${visibility === undefined ? '' : `visibility:${visibility};`}`;
  return { ...attributes, style: own + style };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
