import type { PagePlace } from '#shared/domain/page-place.ts';
import type { Ocr } from '#shared/ports/ocr.ts';
import type { ChildFile, Unpacking } from './child-file.ts';

/** Where a heading line begins in the text of its page. */
export interface Heading {
  /** UTF-16 index in the page's text. */
  offset: number;
  /** 1 is the highest. */
  level: number;
  /** Without markup, on one line. */
  title: string;
}

/** At most 512 pixels on its long side, upright, without transparency. */
export interface PagePicture {
  contentType: 'image/webp';
  width: number;
  height: number;
  /** The bytes. */
  base64: string;
}

/** The unit an extractor yields: a page of a paged format, or a bounded span of a long unpaged text. */
export interface ExtractedPage {
  /** 1-based. */
  number: number;
  /** Well-formed UTF-16 without NUL; lines end in `\n`. Empty when there is nothing to read (a picture). */
  text: string;
  headings: Heading[];
  /** UTF-16 offset of `text` in the text of the whole document; 0 for every page of a paged format. */
  charOffset: number;
  /** A small copy of what the page shows, of pages that are pictures. */
  picture?: PagePicture;
  /** Finer than the page's number or span, in formats that know it. */
  place?: PagePlace;
}

/** A document that is open for reading, inside the sandbox process. Pages may be asked in any order. */
export interface OpenDocument {
  pageCount: number;
  /**
   * @param number 1 to `pageCount`. A page that cannot be read answers empty text and adds a warning, or rejects.
   * @throws AppError RESOURCE_LIMIT, MODEL_UNAVAILABLE, which end the reading of the whole document
   */
  page(number: number): Promise<ExtractedPage>;
  /** What was lost so far, a sentence each, for the owner of the file; the rest can be read. Grows while pages are read. */
  warnings: string[];
  /**
   * The files it holds, in order; asked once, after the pages, of formats that say `holdsFiles`.
   * @throws AppError ARCHIVE_LIMIT
   */
  children?(unpacking: Unpacking): Promise<ChildFile[]>;
  /** Whether there are any; asked once, after the pages, of formats that can tell for less than `children` takes. */
  holdsFiles?(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Types of one family may stand for each other when the name, the declared type and the bytes are compared: any text
 * can be called plain, and an unfinished look at an Office document shows no more than a ZIP container.
 */
export type Family = 'pdf' | 'ooxml' | 'odf' | 'epub' | 'rtf' | 'zip' | 'ole' | 'image' | 'text' | 'sound';

/** What formats may use inside the sandbox process; each is made ready when it is first used. */
export interface ReaderTools {
  /** Undefined: words in pictures are not wanted. */
  ocr?: Ocr | undefined;
  /** How long reading one picture may take. */
  pictureTimeoutMs: number;
  /** Pictures in documents of more pixels than this do not fit into the memory of the process. */
  mostPixels: number;
  /** The same where a pixel is a bit. */
  mostOneBitPixels: number;
}

/** What a file format is called. */
export interface FormatNames {
  id: string;
  /** The first is the canonical one, which is stored with the file. Lower case, without parameters. */
  contentTypes: readonly [string, ...string[]];
  /** Lower case, without the dot, the usual one first. */
  extensions: readonly [string, ...string[]];
  /** The content type that is stored for files with these extensions, where it is not the canonical one. */
  typeOfExtension?: Readonly<Record<string, string>>;
  family: Family;
  /** Whether places are told as pages (`{page}`) rather than as character spans (`{charStart, charEnd}`). */
  paged: boolean;
}

/** A recording, or a video with a sound track: it is transcribed. */
export interface SoundFormat extends FormatNames {
  family: 'sound';
  /** Which program decodes it. */
  decoder: 'built-in' | 'ffmpeg';
}

/** One file format that is read as a document. */
export interface Format extends FormatNames {
  /** Threads with a V8 of their own that reading starts; each sets address space aside that the memory limit must know of. */
  threads?: number;
  /** Whether opening is no more than decoding characters, in time that grows with their number: small files need no process. */
  isPlain?: boolean;
  /** Whether documents may hold files, which become files of their own. */
  holdsFiles?: boolean;
  /** Whether reading needs libraries in machine code, which the sandbox process may load only then. */
  nativeAddons?: boolean;
  /**
   * Opens the file at `path`; runs only inside the sandbox process, which has its own time and memory limits.
   * @throws AppError DAMAGED_FILE, ENCRYPTED_DOCUMENT, ARCHIVE_LIMIT, IMAGE_TOO_LARGE, RESOURCE_LIMIT, MODEL_UNAVAILABLE
   */
  open(path: string, tools: ReaderTools): Promise<OpenDocument>;
}
