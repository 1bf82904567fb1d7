import type { OfficePackage } from '../ooxml/open-package.ts';
import { localAttribute } from '../xml/local-attribute.ts';
import type { Attributes } from '../xml/read-xml.ts';

/** What a style says of its paragraphs or runs, as far as their words are concerned. */
export interface Style {
  /** As Word calls it in English, in lower case: `heading 1`, `title`. */
  name: string;
  /** 1 is the highest. */
  headingLevel?: number;
  numberingId?: string;
  numberingLevel?: number;
  hidden?: boolean;
}

export interface Styles {
  /** What a style says, what it inherits included. */
  get(id: string | undefined): Style | undefined;
}

const HEADING = /^heading\s*([1-9])$/i;
/** Styles that build on each other; a longer chain is a circle. */
const MOST_ANCESTORS = 50;

/** Whether an element such as `w:vanish` says yes: it does where it says nothing. */
export function isOn(attributes: Attributes): boolean {
  const value = localAttribute(attributes, 'val');
  return value !== '0' && value !== 'false' && value !== 'off';
}

/** @throws AppError as readXml */
export async function readStyles(pack: OfficePackage, part: string | undefined): Promise<Styles> {
  const own = new Map<string, Partial<Style> & { basedOn?: string }>();
  let standard: string | undefined;
  let style: (Partial<Style> & { basedOn?: string }) | undefined;
  if (part !== undefined && pack.parts.names.has(part)) {
    await pack.read(part, {
      open(name, attributes) {
        const value = localAttribute(attributes, 'val') ?? '';
        if (name === 'style') {
          style = {};
          const id = localAttribute(attributes, 'styleId') ?? '';
          own.set(id, style);
          const isParagraph = localAttribute(attributes, 'type') === 'paragraph';
          if (isParagraph && /^(?:1|true|on)$/.test(localAttribute(attributes, 'default') ?? '')) standard = id;
        } else if (style) tell(style, name, value, attributes);
      },
      close(name) {
        if (name === 'style') style = undefined;
      },
    });
  }
  const known = new Map<string, Style>();
  return {
    get(id = standard) {
      if (id === undefined) return undefined;
      const found = known.get(id) ?? inherited(own, id);
      known.set(id, found);
      return found;
    },
  };
}

function tell(style: Partial<Style> & { basedOn?: string }, name: string, value: string, attributes: Attributes): void {
  if (name === 'name') style.name = value.toLowerCase();
  else if (name === 'basedOn') style.basedOn = value;
  else if (name === 'outlineLvl' && Number(value) <= 9) style.headingLevel = Number(value) + 1;
  else if (name === 'numId') style.numberingId = value;
  else if (name === 'ilvl') style.numberingLevel = Number(value) || 0;
  else if (name === 'vanish') style.hidden = isOn(attributes);
}

function inherited(own: ReadonlyMap<string, Partial<Style> & { basedOn?: string }>, id: string): Style {
  const chain: Partial<Style>[] = [];
  let next: string | undefined = id;
  while (next !== undefined && chain.length < MOST_ANCESTORS) {
    const style: (Partial<Style> & { basedOn?: string }) | undefined = own.get(next);
    if (style) chain.unshift(style);
    next = style?.basedOn;
  }
  const all: Style = { name: '' };
  for (const style of chain) Object.assign(all, style);
  all.name = own.get(id)?.name ?? id.toLowerCase();
  const level = HEADING.exec(all.name)?.[1];
  if (level !== undefined) all.headingLevel = Number(level);
  // The tenth level is that of the text.
  else if (all.headingLevel === 10) delete all.headingLevel;
  return all;
}
