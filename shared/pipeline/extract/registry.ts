import { docx } from './docx.ts';
import type { Format } from './format.ts';
import { html } from './html.ts';
import { IMAGES } from './image.ts';
import { markdown } from './markdown.ts';
import { pdf } from './pdf.ts';
import { text } from './text.ts';

/** Every format that can be read; a new one is a file of its own and a line here. */
export const FORMATS: readonly Format[] = [pdf, docx, ...IMAGES, markdown, html, text];

/** `Text/HTML; charset=utf-8` → `text/html`. */
export function essence(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export function formatOfContentType(contentType: string): Format | undefined {
  const wanted = essence(contentType);
  return FORMATS.find((format) => format.contentTypes.includes(wanted));
}

export function formatOfExtension(extension: string): Format | undefined {
  const wanted = extension.toLowerCase();
  return FORMATS.find((format) => format.extensions.includes(wanted));
}

/** Whether a place in files of this type is told as `{page}`; otherwise it is `{charStart, charEnd}`. */
export function isPaged(contentType: string): boolean {
  return formatOfContentType(contentType)?.paged ?? false;
}

/** For sentences to people: one extension a format, e.g. `.pdf, .docx, .md`. */
export function supportedExtensions(): string {
  return FORMATS.map((format) => `.${format.extensions[0]}`).join(', ');
}
