import { AppError } from '#shared/errors/app-error.ts';

/** What file systems and the Content-Disposition of every browser can take. */
const MAX_BYTES = 255;
/** A longer "extension" is part of the name. */
const MAX_EXTENSION_BYTES = 32;

/**
 * Characters that are never shown: controls, lone surrogates, line separators, zero-width spaces and no-characters;
 * and those that turn the direction of writing, with which `exe.pdf` can be made of `fdp.exe`.
 */
const HIDDEN =
  /[\p{Cc}\p{Surrogate}\p{Zl}\p{Zp}\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0001}]/gu;
/** Letters and symbols of Unicode that are blank nevertheless. */
const BLANK = /[\u115F\u1160\u2800\u3164\uFFA0\p{Z}\p{Cf}]|\u034F|\p{Variation_Selector}/gu;

/**
 * Makes a name that can be shown, stored and sent in headers from whatever a client calls a file: the last part of a
 * path, composed (NFC), without hidden characters, at most 255 bytes of UTF-8 with its extension kept. It is never
 * used as a path: files are stored under their ids.
 * @throws AppError INVALID_FILENAME for `.`, `..` and names in which nothing can be seen
 */
export function safeFilename(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const visible = last
    .replace(HIDDEN, '')
    .normalize('NFC')
    .replace(/^\p{Z}+|[\p{Z}.]+$/gu, '');
  const result = cutToBytes(visible, MAX_BYTES);
  if (result.replace(BLANK, '') === '') throw new AppError('INVALID_FILENAME');
  return result;
}

/** For files that arrive with no one to correct their names, such as bucket drops. */
export function filenameOrUnnamed(name: string): string {
  try {
    return safeFilename(name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_FILENAME') return 'unnamed';
    throw error;
  }
}

function cutToBytes(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES;
  const extension = hasExtension ? name.slice(dot) : '';
  const stem = hasExtension ? name.slice(0, dot) : name;
  let room = maxBytes - Buffer.byteLength(extension);
  let kept = '';
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(stem)) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept.replace(/[\p{Z}.]+$/u, '') + extension;
}
