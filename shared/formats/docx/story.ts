import { withFormulas } from '../ooxml/formulas.ts';
import { withOneBranch } from '../ooxml/one-branch.ts';
import type { Relationship } from '../ooxml/open-package.ts';
import { localAttribute } from '../xml/local-attribute.ts';
import type { Attributes, XmlEvents } from '../xml/read-xml.ts';
import type { Parts } from '../zip/open-parts.ts';
import type { Block, NoteKind } from './block.ts';
import type { ItemCounter } from './count-items.ts';
import { createFields } from './fields.ts';
import { isOn, type Styles } from './read-styles.ts';
import { createScopes } from './scopes.ts';
import { isSymbolFont, symbolOf, symbolsOf } from './symbols.ts';

/** What a text refers to. */
export interface StoryContext {
  parts: Parts;
  styles: Styles;
  counter: ItemCounter;
  relationships: ReadonlyMap<string, Relationship>;
  /** A note: the mark in the text, and its own text, once. */
  note(kind: NoteKind, id: string): { mark: string; text: string } | undefined;
  warn(sentence: string): void;
}

export interface Story {
  events: XmlEvents;
  /** Everything so far, in order. */
  end(): Block[];
}

/** Deleted passages, readings above words, how things were before a change, what computes a field, settings. */
const LEFT_OUT = new Set([
  ...['del', 'moveFrom', 'delText', 'delInstrText', 'rt', 'rubyPr', 'sdtPr', 'sectPr', 'tblPr', 'tblGrid', 'binData'],
  ...[
    'rPrChange',
    'pPrChange',
    'sectPrChange',
    'tblPrChange',
    'tcPrChange',
    'trPrChange',
    'tblPrExChange',
    'tblGridChange',
  ],
  'numberingChange',
]);
const NOTES: Readonly<Record<string, NoteKind>> = {
  footnoteReference: 'footnote',
  endnoteReference: 'endnote',
  commentReference: 'comment',
};
/** English Metric Units in a centimetre. */
const EMU_PER_CM = 360_000;
const CM_PER_UNIT: Readonly<Record<string, number>> = { pt: 2.54 / 72, in: 2.54, cm: 1, mm: 0.1, px: 2.54 / 96 };

/**
 * Reads a text of WordprocessingML: the body, a header, a note. What stands inside an element that is not known here is read as if it stood
 * outside, so that no way of wrapping text hides it.
 */
export function createStory(context: StoryContext): Story {
  const { styles } = context;
  const scopes = createScopes(styles, context.counter);
  const fields = createFields();
  let skipping = 0;
  // Settings of the paragraph, of the run that is read, of a table's row.
  let inParagraphSettings = 0;
  let inRowSettings = 0;
  let hidden = false;
  let font: string | undefined;
  let reading: 'text' | 'instruction' | undefined;
  let inForm = 0;
  let shownCm2: number | undefined;

  function write(text: string): void {
    if (!hidden && fields.areShown()) scopes.write(text);
  }
  function picture(id: string | undefined): void {
    const relationship = context.relationships.get(id ?? '');
    if (relationship && context.parts.names.has(relationship.target)) {
      scopes.after({ kind: 'picture', parts: context.parts, part: relationship.target, shownCm2 });
    } else if (id !== undefined) context.warn('A picture that is stored outside the file was not read.');
  }
  function part(kind: 'chart' | 'diagram' | 'altChunk', id: string | undefined): void {
    const target = context.relationships.get(id ?? '')?.target;
    if (target !== undefined && context.parts.names.has(target)) scopes.after({ kind, part: target });
    else context.warn(`A part of the document (${kind}) is missing from the file.`);
  }
  function note(kind: NoteKind, id: string): void {
    if (hidden) return;
    const found = context.note(kind, id);
    if (!found) return;
    scopes.write(found.mark);
    scopes.note(found.text);
  }
  function describe(text: string | undefined): void {
    if (text !== undefined && text.trim() !== '') write(` ${text.trim()} `);
  }
  function paragraphSetting(name: string, attributes: Attributes): void {
    const paragraph = scopes.paragraph();
    if (!paragraph) return;
    const value = localAttribute(attributes, 'val');
    if (name === 'pStyle') {
      paragraph.style = value;
      hidden = styles.get(value)?.hidden === true;
    } else if (name === 'numId') paragraph.listId = value;
    else if (name === 'ilvl') paragraph.listLevel = Math.max(0, Number(value) || 0);
    else if (name === 'outlineLvl') paragraph.outline = Number(value) + 1;
    else if (name === 'del' || name === 'moveFrom') paragraph.goesOn = true;
  }

  function open(name: string, attributes: Attributes): void {
    reading = undefined;
    if (skipping > 0) {
      skipping++;
      return;
    }
    if (inParagraphSettings > 0) paragraphSetting(name, attributes);
    else if (inRowSettings > 0 && name === 'del') scopes.dropRow();
    if (LEFT_OUT.has(name)) {
      skipping = 1;
      return;
    }
    if (inForm > 0) fields.form(name, attributes);
    switch (name) {
      case 'p':
        scopes.beginParagraph();
        hidden = styles.get(undefined)?.hidden === true;
        break;
      case 'pPr':
        inParagraphSettings++;
        break;
      case 'trPr':
        inRowSettings++;
        break;
      case 'r':
        hidden = styles.get(scopes.paragraph()?.style)?.hidden === true;
        font = undefined;
        break;
      case 'rStyle':
        if (inParagraphSettings === 0) hidden ||= styles.get(localAttribute(attributes, 'val'))?.hidden === true;
        break;
      case 'vanish':
        if (inParagraphSettings === 0) hidden = isOn(attributes);
        break;
      case 'rFonts':
        if (inParagraphSettings === 0) font = localAttribute(attributes, 'ascii');
        break;
      case 't':
        reading = 'text';
        break;
      case 'instrText':
        reading = 'instruction';
        break;
      case 'tab':
      case 'ptab':
        if (inParagraphSettings === 0) write(' ');
        break;
      case 'br':
      case 'cr':
        write('\n');
        break;
      case 'noBreakHyphen':
        write('-');
        break;
      case 'sym':
        write(symbolOf(localAttribute(attributes, 'font') ?? '', localAttribute(attributes, 'char') ?? ''));
        break;
      case 'fldChar':
        write(fields.mark(attributes));
        break;
      case 'ffData':
        inForm++;
        break;
      case 'footnoteReference':
      case 'endnoteReference':
      case 'commentReference':
        note(NOTES[name] ?? 'comment', localAttribute(attributes, 'id') ?? '');
        break;
      case 'tbl':
      case 'tr':
      case 'tc':
      case 'txbxContent':
        scopes.open(name);
        break;
      case 'vMerge':
        if (localAttribute(attributes, 'val') !== 'restart') scopes.mergeCell();
        break;
      case 'altChunk':
        part('altChunk', localAttribute(attributes, 'id'));
        break;
      default:
        openDrawing(name, attributes);
    }
  }

  function openDrawing(name: string, attributes: Attributes): void {
    switch (name) {
      case 'extent':
        shownCm2 = (Number(attributes.cx) / EMU_PER_CM) * (Number(attributes.cy) / EMU_PER_CM);
        break;
      case 'docPr':
        describe(attributes.descr || attributes.title);
        break;
      case 'shape':
        shownCm2 = areaOf(attributes.style ?? '');
        describe(attributes.alt);
        break;
      case 'textpath':
        describe(attributes.string);
        break;
      case 'blip':
        if (localAttribute(attributes, 'embed') ?? localAttribute(attributes, 'link')) {
          picture(localAttribute(attributes, 'embed') ?? localAttribute(attributes, 'link'));
        }
        break;
      case 'imagedata':
        picture(localAttribute(attributes, 'id'));
        break;
      case 'chart':
        part('chart', localAttribute(attributes, 'id'));
        break;
      case 'relIds':
        part('diagram', localAttribute(attributes, 'dm'));
        break;
      case 'OLEObject':
        context.warn(`An embedded object (${attributes.ProgID ?? 'of an unknown kind'}) was not read.`);
        break;
    }
  }

  const events: XmlEvents = {
    open,
    text(piece) {
      if (reading === 'text') {
        const plain = piece.replace(/[ \t\r\n]+/g, ' ');
        write(isSymbolFont(font) ? symbolsOf(font ?? '', plain) : plain);
      } else if (reading === 'instruction') fields.instruction(piece);
    },
    close(name) {
      reading = undefined;
      if (skipping > 0) {
        skipping--;
        return;
      }
      if (name === 'p') {
        fields.endParagraph();
        scopes.endParagraph();
      } else if (name === 'pPr') inParagraphSettings--;
      else if (name === 'trPr') inRowSettings--;
      else if (name === 'ffData') inForm--;
      else if (name === 'tbl' || name === 'tr' || name === 'tc' || name === 'txbxContent') scopes.close(name);
    },
  };
  return { events: withOneBranch(withFormulas(events)), end: () => scopes.end() };
}

/** Of the style of an old drawing: `width:415.3pt;height:207pt`. */
function areaOf(style: string): number | undefined {
  const side = (name: string): number => {
    const [, value = '', unit = ''] = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([\\d.]+)([a-z]*)`).exec(style) ?? [];
    return Number(value) * (CM_PER_UNIT[unit] ?? Number.NaN);
  };
  const area = side('width') * side('height');
  return Number.isFinite(area) && area > 0 ? area : undefined;
}
