import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import { type Area, finite } from './area.ts';

/** What lies on a page beside its own drawing: fields of forms, notes, stamps, attached files. */
export interface Annotation {
  id: string;
  /** `Widget`, `Text`, `Highlight`, … */
  subtype: string;
  area: Area;
  /** What was written into it, or about what it marks. */
  contents: string;
  /** The text it shows itself, where the library tells. */
  shown: string;
  /** The page's text below it, where the library tells. */
  below: string;
  /** What it is for, where that is told. */
  intent: string;
  /** Written by the program: that somebody accepted a note, or marks that belong to another note. */
  isAboutOther: boolean;
  field: Field | undefined;
}

export type Field =
  | { kind: 'text'; value: string; fontSize: number }
  | { kind: 'choice'; chosen: string[]; fontSize: number }
  | { kind: 'box'; checked: boolean }
  /** A button or a signature, which has no value and may have a face. */
  | { kind: 'face' };

/** In a bomb there are millions; the longest forms have some hundreds a page. */
const MOST_ANNOTATIONS = 10_000;
const HIDDEN = 2;
const NO_VIEW = 32;

type Values = Readonly<Record<string, unknown>>;

/** The annotations of a page that are shown, in the order of the file, and how many more there are than are read. */
export async function readAnnotations(page: PDFPageProxy): Promise<{ annotations: Annotation[]; omitted: number }> {
  const found: readonly unknown[] = await page.getAnnotations();
  const annotations = found
    .slice(0, MOST_ANNOTATIONS)
    .flatMap((raw) => (isRecord(raw) ? (toAnnotation(raw) ?? []) : []));
  return { annotations, omitted: Math.max(0, found.length - MOST_ANNOTATIONS) };
}

function toAnnotation(raw: Values): Annotation | undefined {
  const flags = Number(raw.annotationFlags ?? 0);
  if ((flags & (HIDDEN | NO_VIEW)) !== 0 || raw.hidden === true) return undefined;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = listOf(raw.rect).map((value) => finite(Number(value)));
  const subtype = textOf(raw.subtype);
  return {
    id: textOf(raw.id),
    subtype,
    area: { x0: Math.min(x0, x1), y0: Math.min(y0, y1), x1: Math.max(x0, x1), y1: Math.max(y0, y1) },
    contents: textOf(recordOf(raw.contentsObj).str),
    shown: listOf(raw.textContent).map(textOf).join('\n').trim(),
    below: textOf(raw.overlaidText),
    intent: textOf(raw.it),
    isAboutOther: typeof raw.state === 'string' || raw.replyType === 'Group',
    field: subtype === 'Widget' ? toField(raw) : undefined,
  };
}

function toField(raw: Values): Field | undefined {
  const fontSize = finite(Number(recordOf(raw.defaultAppearanceData).fontSize ?? 0));
  if (raw.fieldType === 'Tx') {
    return raw.password === true ? undefined : { kind: 'text', value: textOf(raw.fieldValue), fontSize };
  }
  if (raw.fieldType === 'Ch') return { kind: 'choice', chosen: chosenOf(raw), fontSize };
  if (raw.checkBox === true) return { kind: 'box', checked: isOn(raw.fieldValue, raw.exportValue) };
  if (raw.radioButton === true) {
    // Without faces nothing tells which of its group it is.
    return typeof raw.buttonValue === 'string'
      ? { kind: 'box', checked: isOn(raw.fieldValue, raw.buttonValue) }
      : undefined;
  }
  return raw.fieldType === 'Sig' || raw.pushButton === true ? { kind: 'face' } : undefined;
}

function isOn(value: unknown, on: unknown): boolean {
  return typeof value === 'string' && value !== 'Off' && value === on;
}

/** As the list shows them, which need not be what is sent. */
function chosenOf(raw: Values): string[] {
  const names = new Map(
    listOf(raw.options).map((option) => [recordOf(option).exportValue, textOf(recordOf(option).displayValue)]),
  );
  return listOf(raw.fieldValue)
    .map((value) => names.get(value) ?? textOf(value))
    .filter((value) => value !== '');
}

/** The file that an annotation holds: its id in the library, and its name, which may be empty. */
export function fileOf(raw: unknown): { id: string; name: string } | undefined {
  if (!isRecord(raw)) return undefined;
  const media = recordOf(raw.richMedia);
  const id = textOf(raw.fileId) || textOf(media.fileId);
  if (id === '') return undefined;
  return { id, name: textOf(recordOf(raw.file).filename) || textOf(media.filename) };
}

export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

function recordOf(value: unknown): Values {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
