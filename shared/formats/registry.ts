import type { Format, SoundFormat } from './format.ts';
import { READERS } from './readers.ts';
import { SOUND_FORMATS } from './sound/sound-formats.ts';

/** Every format that is read as a document. */
export const FORMATS: readonly Format[] = await Promise.all(Object.values(READERS).map((load) => load()));

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
