import { AppError } from '#shared/errors/app-error.ts';
import { cleanText } from '../text/clean-text.ts';
import { readXml } from '../xml/read-xml.ts';
import type { RawObjects } from './raw-objects.ts';
import { createFormReader, type FormField } from './xfa-form.ts';

const HEAD_BYTES = 4_000;
/** Streams that are something else. */
const NO_PART = /\/Subtype\s*\/(?:Image|Form|Type1C|CIDFontType0C|OpenType)\b|\/Length1\b|\/Type\s*\/(?:ObjStm|XRef)\b/;
const FORM_PART = /<(?:\w+:)?(template|datasets)\b/;
const ANY_PART = /<(?:\w+:)?(template|datasets|xdp)\b/;

/**
 * The text of a form in XFA that the library does not lay out, out of the form's own parts: its labels in their order, with
 * what was filled in, and what else was.
 * @returns `isWhole`: whether all parts could be read to their ends
 */
export async function readXfaSource(objects: RawObjects): Promise<{ text: string; isWhole: boolean }> {
  const form = createFormReader();
  let isWhole = true;
  for (const part of xfaParts(objects)) {
    try {
      await readXml('XFA', once(part), form.events);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      isWhole = false;
    }
  }
  const { values } = form;
  const lines = form.entries.map((entry) => {
    const filled = 'name' in entry ? fill(entry, values) : '';
    const parts = filled.startsWith('[') ? [filled, entry.label] : [entry.label, filled];
    return parts.filter((text) => text !== '').join(' ');
  });
  for (const secret of form.secrets) values.delete(secret);
  for (const { names, used } of form.entries.map(toUsed)) for (const name of used ? names : []) values.delete(name);
  for (const [name, rest] of values) lines.push(`${name} ${rest.join(', ')}`);
  return { text: cleanText(lines.filter((line) => line !== '').join('\n')), isWhole };
}

function toUsed(entry: { label: string } | FormField): { names: string[]; used: boolean } {
  return 'name' in entry ? { names: [entry.group ?? entry.name], used: true } : { names: [], used: false };
}

function fill({ name, group, own, isBox, choices }: FormField, values: ReadonlyMap<string, string[]>): string {
  const filled = values.get(group ?? name) ?? (own === '' ? [] : [own]);
  if (isBox) return filled.some((value) => value === (choices[0]?.saved ?? '1')) ? '[x]' : '[ ]';
  return filled.map((value) => choices.find(({ saved }) => saved === value)?.shown ?? value).join(', ');
}

function xfaParts(objects: RawObjects): Buffer[] {
  const parts: Buffer[] = [];
  for (const number of objects.numbers()) {
    if (NO_PART.test(objects.text(number) ?? '')) continue;
    const part = objects.stream(number);
    if (part && ANY_PART.test(part.toString('latin1', 0, HEAD_BYTES)) && FORM_PART.test(part.toString('latin1'))) {
      parts.push(part);
    }
  }
  return parts;
}

async function* once(part: Buffer): AsyncGenerator<Buffer> {
  yield part;
}
