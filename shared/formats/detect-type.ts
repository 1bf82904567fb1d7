import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '#shared/errors/app-error.ts';
import type { Family, FormatNames } from './format.ts';
import { IMAGES } from './image/image.ts';
import { ALL_FORMATS, essence, formatOfContentType, formatOfExtension, supportedExtensions } from './registry.ts';
import { encodingOfBom, isUtf8, looksLikeText, MOST_STRAY, utf16WithoutBom } from './text/decode-text.ts';

export interface DetectTypeInput {
  /** Only its extension is looked at. */
  filename: string;
  declaredContentType?: string | undefined;
  /** The first bytes of the file, 4 KiB or more where it has as many. */
  head: Uint8Array;
}

/** NULs that a text in eight bits may hold, as a share of its bytes. */
const MOST_STRAY_NULS = 0.2;

/** What else an unfinished look at a file of the family may show. */
const LOOKS_LIKE: Record<Family, readonly string[]> = {
  pdf: ['application/pdf'],
  // A ZIP whose entries were not all seen, and the container of password-protected documents; extraction tells more.
  // Programs that rename a picture rarely convert it.
  image: IMAGES.flatMap(({ contentTypes }) => contentTypes),
  ooxml: ['application/zip', 'application/x-cfb'],
  odf: ['application/zip'],
  epub: ['application/zip'],
  rtf: ['application/rtf'],
  // Beside these an archive may look like any kind of document that is one: see isZip.
  zip: ['application/zip'],
  ole: ['application/x-cfb'],
  text: [],
  // Any of its formats; see `isOfFamily`.
  sound: [],
};
/** Types that are known and cannot be read, and what to do instead. */
const REFUSED: readonly { names: readonly string[]; detail: string }[] = [
  {
    names: ['heic', 'heif', 'hif', 'image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
    detail:
      'HEIC pictures are not supported, because there is no freely licensed decoder. Save the picture as JPEG or PNG and upload that.',
  },
];
/** Formats that are written in plain characters and yet are nothing to read as text. */
const NOT_PROSE = ['application/pdf', 'application/rtf', 'application/postscript', 'application/eps'];

/**
 * Whether a file of this name or declared type may be readable, as far as these can tell. A name without an extension
 * says nothing, so its bytes will decide.
 * @throws AppError UNSUPPORTED_TYPE, naming what is supported
 */
export function assertReadableName(filename: string, declaredContentType?: string): void {
  if (!isSupportedName(filename, declaredContentType)) throw unsupported(filename);
}

/** As {@link assertReadableName}, without throwing. */
export function isSupportedName(filename: string, declaredContentType?: string): boolean {
  return extensionOf(filename) === undefined || expectedFormat(filename, declaredContentType) !== undefined;
}

/**
 * Compares what the name says (the declared type where the name says nothing) with the first bytes. Families of types
 * are compared, so a Markdown file may be declared plain text. Bytes without any known signature pass as PDF or DOCX
 * unless they are plain text: such a file is damaged rather than of another type, and extraction says so.
 * @throws AppError TYPE_MISMATCH, UNSUPPORTED_TYPE
 */
export async function detectType(input: DetectTypeInput): Promise<{ contentType: string; formatId: string }> {
  const { filename, declaredContentType, head } = input;
  const found = await sniff(head);
  if (found !== undefined && refusal(found)) throw unsupported(found, found);
  const expected = expectedFormat(filename, declaredContentType);
  if (!expected) {
    const byBytes = extensionOf(filename) === undefined ? formatOfBytes(head, found) : undefined;
    if (!byBytes) throw unsupported(filename);
    return answer(byBytes, extensionOf(filename));
  }
  const reason = contradiction(expected, head, found);
  if (reason) {
    throw new AppError('TYPE_MISMATCH', {
      detail: `By its name or type, the file should be ${expected.id}, but it contains ${reason}.`,
    });
  }
  return answer(containerFound(expected, found) ?? expected, extensionOf(filename));
}

/** People rename pictures and recordings freely, and it is what the bytes are that decides what can decode them. */
function containerFound(expected: FormatNames, found: string | undefined): FormatNames | undefined {
  if (found === undefined || (expected.family !== 'image' && expected.family !== 'sound')) return undefined;
  const format = formatOfContentType(found);
  return format?.family === expected.family ? format : undefined;
}

function answer(format: FormatNames, extension: string | undefined): { contentType: string; formatId: string } {
  const own = extension === undefined ? undefined : format.typeOfExtension?.[extension];
  return { contentType: own ?? format.contentTypes[0], formatId: format.id };
}

function expectedFormat(filename: string, declaredContentType: string | undefined): FormatNames | undefined {
  const extension = extensionOf(filename);
  const byName = extension === undefined ? undefined : formatOfExtension(extension);
  if (byName || !declaredContentType) return byName;
  const byType = formatOfContentType(declaredContentType);
  return byType ?? (essence(declaredContentType).startsWith('text/') ? formatOfContentType('text/plain') : undefined);
}

/** `Report v1.2` has no extension: one is short and holds a letter. Neither has `.profile`. */
function extensionOf(filename: string): string | undefined {
  const extension = /[^./\\]\.([a-z0-9]{1,10})$/i.exec(filename)?.[1];
  return extension !== undefined && /[a-z]/i.test(extension) ? extension.toLowerCase() : undefined;
}

async function sniff(head: Uint8Array): Promise<string | undefined> {
  // Readers accept junk before the signature, up to this far.
  if (Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 1024)).includes('%PDF-')) {
    return 'application/pdf';
  }
  return (await fileTypeFromBuffer(head))?.mime;
}

function formatOfBytes(head: Uint8Array, found: string | undefined): FormatNames | undefined {
  const text = formatOfContentType('text/plain');
  if (isPlausibleText(head) && !NOT_PROSE.includes(found ?? '')) return text;
  return found === undefined ? undefined : ALL_FORMATS.find((format) => matches(format, found, false));
}

/** What the bytes are instead, or nothing. */
function contradiction(expected: FormatNames, head: Uint8Array, found: string | undefined): string | undefined {
  if (expected.family === 'text') {
    // Signatures of two letters ("BM", "MZ") also begin sentences, so being text outweighs them.
    if (isPlausibleText(head)) return NOT_PROSE.includes(found ?? '') ? found : undefined;
    return found ?? 'binary data';
  }
  // Whoever calls a document an archive wants what is in it: a DOCX named .zip is unpacked.
  if (expected.family === 'zip' && isZip(head)) return undefined;
  if (found !== undefined) return matches(expected, found, true) ? undefined : found;
  return head.length > 0 && isPlausibleText(head) ? 'plain text' : undefined;
}

function matches(format: FormatNames, found: string, loosely: boolean): boolean {
  if (format.contentTypes.includes(essence(found))) return true;
  return loosely && (LOOKS_LIKE[format.family].includes(found) || isOfFamily(format.family, found));
}

function isOfFamily(family: Family, found: string): boolean {
  return family === 'sound' && formatOfContentType(found)?.family === family;
}

/** An entry, or the end of an empty archive, at the very beginning. */
function isZip(head: Uint8Array): boolean {
  return ['504b0304', '504b0506'].includes(Buffer.from(head.subarray(0, 4)).toString('hex'));
}

/** Text in some encoding: a BOM, valid UTF-8, UTF-16, or an eight-bit set; without the control bytes of binary data. */
function isPlausibleText(head: Uint8Array): boolean {
  const bom = encodingOfBom(head);
  if (bom === 'utf16le' || bom === 'utf16-be' || bom === 'utf32-le' || bom === 'utf32-be') return true;
  if (utf16WithoutBom(head) !== undefined) return true;
  // A few NULs are left by careless programs and taken out when the text is read; binary data has other control bytes.
  const bytes = Buffer.from(head.filter((byte) => byte !== 0));
  if (bytes.length < head.length * (1 - MOST_STRAY_NULS)) return false;
  return looksLikeText(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').replace(/[\u0080-\u009F]/g, ''), MOST_STRAY);
}

function refusal(name: string | undefined): string | undefined {
  return name === undefined ? undefined : REFUSED.find(({ names }) => names.includes(name))?.detail;
}

/** Kinds that are not read, and what the programs that write them can save instead. */
const SAVE_AS: Readonly<Record<string, string>> = {
  ...{ doc: '.docx', dot: '.docx', wps: '.docx', wpd: '.docx', pages: '.docx', sxw: '.odt', hwp: '.docx' },
  ...{ xls: '.xlsx', xlt: '.xlsx', xlsb: '.xlsx', xlw: '.xlsx', numbers: '.xlsx', sxc: '.ods' },
  ...{ ppt: '.pptx', pps: '.pptx', pot: '.pptx', key: '.pptx', sxi: '.odp' },
  ...{ mobi: '.epub', azw: '.epub', azw3: '.epub' },
};

function unsupported(filename: string, found?: string): AppError {
  const extension = extensionOf(filename);
  const known = refusal(found) ?? refusal(extension);
  if (known) return new AppError('UNSUPPORTED_TYPE', { detail: known });
  const instead = extension === undefined ? undefined : SAVE_AS[extension];
  if (instead !== undefined) {
    return new AppError('UNSUPPORTED_TYPE', {
      detail: `Files of type .${extension} are not supported. Save the file as ${instead} and upload that.`,
    });
  }
  const what = extension === undefined ? 'Files of this type' : `Files of type .${extension}`;
  return new AppError('UNSUPPORTED_TYPE', {
    detail: `${what} are not supported. Supported types: ${supportedExtensions()}.`,
  });
}
