import { code } from './code/code.ts';
import { csv } from './csv/csv.ts';
import { docx } from './docx/docx.ts';
import { epub } from './epub/epub.ts';
import type { Format, SoundFormat } from './format.ts';
import { html } from './html/html.ts';
import { IMAGES } from './image/image.ts';
import { json } from './json/json.ts';
import { eml } from './mail/eml.ts';
import { msg } from './mail/msg.ts';
import { markdown } from './markdown/markdown.ts';
import { odp } from './odf/odp.ts';
import { ods } from './odf/ods.ts';
import { odt } from './odf/odt.ts';
import { pdf } from './pdf/pdf.ts';
import { pptx } from './pptx/pptx.ts';
import { rtf } from './rtf/rtf.ts';
import { SOUND_FORMATS } from './sound/sound-formats.ts';
import { text } from './text/text.ts';
import { xlsx } from './xlsx/xlsx.ts';
import { zip } from './zip/zip.ts';

/** Every format that is read as a document; a new one is a file of its own and a line here. */
export const FORMATS: readonly Format[] = [
  ...[pdf, docx, xlsx, pptx],
  ...[odt, ods, odp, rtf, epub],
  ...IMAGES,
  ...[markdown, html, csv, json, text, code],
  ...[eml, msg, zip],
];

/** Every format that can be read, recordings included. */
export const ALL_FORMATS: readonly (Format | SoundFormat)[] = [...FORMATS, ...SOUND_FORMATS];

/** `Text/HTML; charset=utf-8` → `text/html`. */
export function essence(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export function formatOfContentType(contentType: string): Format | SoundFormat | undefined {
  const wanted = essence(contentType);
  return ALL_FORMATS.find((format) => format.contentTypes.includes(wanted));
}

/** As {@link formatOfContentType}, for what is read as a document. */
export function documentFormatOf(contentType: string): Format | undefined {
  const wanted = essence(contentType);
  return FORMATS.find((format) => format.contentTypes.includes(wanted));
}

/** As {@link formatOfContentType}, for what is listened to. */
export function soundFormatOf(contentType: string): SoundFormat | undefined {
  const wanted = essence(contentType);
  return SOUND_FORMATS.find((format) => format.contentTypes.includes(wanted));
}

export function formatOfExtension(extension: string): Format | SoundFormat | undefined {
  const wanted = extension.toLowerCase();
  return ALL_FORMATS.find((format) => format.extensions.includes(wanted));
}

/** The usual extension of files of this type. */
export function extensionOfContentType(contentType: string): string | undefined {
  return formatOfContentType(contentType)?.extensions[0];
}

/** Whether a place in files of this type is told as `{page}`; otherwise it is `{charStart, charEnd}`. */
export function isPaged(contentType: string): boolean {
  return formatOfContentType(contentType)?.paged ?? false;
}

/** For sentences to people: one extension a format, e.g. `.pdf, .docx, .md`. */
export function supportedExtensions(): string {
  return ALL_FORMATS.map((format) => `.${format.extensions[0]}`).join(', ');
}
