import { readFile } from 'node:fs/promises';
import { constants, inflateSync } from 'node:zlib';
import { AppError } from '#shared/errors/app-error.ts';
import { cleanText } from '../text/clean-text.ts';
import { readXml } from '../xml/read-xml.ts';
import { createFormReader, type FormField } from './xfa-form.ts';

const STREAM = 'stream';
/** What a stream says before its bytes is shorter. */
const DICTIONARY_BYTES = 1_000;
const HEAD_BYTES = 4_000;
const MOST_BYTES = 32 * 1024 ** 2;
const FORM_PART = /<(?:\w+:)?(template|datasets)\b/;
const ANY_PART = /<(?:\w+:)?(template|datasets|xdp)\b/;

/**
 * The text of a form in XFA that the library does not lay out, out of the form's own parts: its labels in their order, with
 * what was filled in, and what else was.
 * @returns `isWhole`: whether all parts could be read to their ends
 */
export async function readXfaSource(path: string): Promise<{ text: string; isWhole: boolean }> {
  const form = createFormReader();
  let isWhole = true;
  for (const part of xfaParts(await readFile(path))) {
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

/** Streams always stand in the file itself; most are deflated. */
function xfaParts(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = file.indexOf(STREAM); at !== -1; at = file.indexOf(STREAM, at + STREAM.length)) {
    if (file.toString('latin1', at - 3, at) === 'end') continue;
    const before = file.toString('latin1', Math.max(0, at - DICTIONARY_BYTES), at);
    const dictionary = before.slice(before.lastIndexOf(' obj'));
    const start = at + STREAM.length + (file[at + STREAM.length] === 0x0d ? 2 : 1);
    const unpack = /\/(?:FlateDecode|Fl)\b/.test(dictionary) ? inflate : plain;
    if (!ANY_PART.test(unpack(file, start, HEAD_BYTES).toString('latin1', 0, HEAD_BYTES))) continue;
    const part = unpack(file, start, MOST_BYTES);
    if (FORM_PART.test(part.toString('latin1'))) parts.push(part);
  }
  return parts;
}

function plain(file: Buffer, start: number, most: number): Buffer {
  const end = file.indexOf('endstream', start);
  return file.subarray(start, Math.min(start + most, end === -1 ? file.length : end));
}

/** As much as can be had; nothing of what is no deflated stream, and of what would fill the memory. */
function inflate(file: Buffer, start: number, most: number): Buffer {
  const packed = file.subarray(start, most === HEAD_BYTES ? start + most : undefined);
  try {
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Buffer.alloc(0);
    throw error;
  }
}

async function* once(part: Buffer): AsyncGenerator<Buffer> {
  yield part;
}
