import { writeFile } from 'node:fs/promises';
import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.js';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, uniquePath } from '../archive/child-path.ts';
import type { ChildFile, ChildLimits } from '../child-file.ts';
import { fileOf, isRecord } from './annotation.ts';
import { type Attachment, associatedFiles } from './associated-files.ts';
import type { RawObjects } from './raw-objects.ts';

/** The file as bytes. */
export interface RawFile {
  objects(): Promise<RawObjects>;
  fileBytes: number;
}

/** Up to this size, looking through a file costs some milliseconds. */
const SMALL_FILE_BYTES = 2 * 1024 ** 2;

/** Files that are attached to the document, such as the invoice for programs behind one for people, and to its pages. */
export interface Attachments {
  any(): Promise<boolean>;
  children(limits: ChildLimits): Promise<ChildFile[]>;
}

/**
 * @param warn told where the files of the pages cannot be listed
 */
export function attachmentsOf(
  document: PDFDocumentProxy,
  { objects, fileBytes }: RawFile,
  warn: (warning: string) => void,
): Attachments {
  let listed: Promise<Attachment[]> | undefined;
  const list = (): Promise<Attachment[]> => {
    listed ??= listAll(document, { objects, fileBytes }, warn);
    return listed;
  };
  return {
    any: async () => (await list()).length > 0,
    async children(limits) {
      const files = await list();
      if (files.length > limits.files) {
        throw new AppError('ARCHIVE_LIMIT', {
          detail: `The PDF has ${files.length} attached files; at most ${limits.files} are allowed.`,
        });
      }
      const taken = new Set<string>();
      return files.map((file) => ({
        path: uniquePath(childPath(file.name.replaceAll('/', '_')), taken),
        write: (to) => writeAttachment(file, to, limits.fileBytes),
      }));
    },
  };
}

async function listAll(
  document: PDFDocumentProxy,
  { objects, fileBytes }: RawFile,
  warn: (warning: string) => void,
): Promise<Attachment[]> {
  const files = await listAttachments(document, warn);
  if (!(await mayHaveAssociated(document, fileBytes))) return files;
  const raw = await objects();
  const names = new Set(files.map(({ name }) => name));
  const others = raw.catalogue === undefined ? [] : associatedFiles(raw, raw.catalogue);
  return [...files, ...others.filter(({ name }) => !names.has(name))];
}

/** Large files are looked through only where their kind has such files: documents for archives, and the latest version. */
async function mayHaveAssociated(document: PDFDocumentProxy, fileBytes: number): Promise<boolean> {
  if (fileBytes <= SMALL_FILE_BYTES) return true;
  const found = await document.getMetadata();
  const info: unknown = found.info;
  const version = isRecord(info) ? String(info.PDFFormatVersion) : '';
  // Null where the file has none, which the library's types leave out.
  const part: unknown = found.metadata?.get('pdfaid:part');
  return version.startsWith('2') || part === '3' || part === '4';
}

async function listAttachments(document: PDFDocumentProxy, warn: (warning: string) => void): Promise<Attachment[]> {
  const files = new Map<string, string>();
  try {
    for (const [id, { filename }] of (await document.getAttachments()) ?? []) {
      files.set(id, filename === 'unnamed' ? id : filename);
    }
    for (const raw of await annotationsWithFiles(document)) {
      const file = fileOf(raw);
      if (file) files.set(file.id, file.name || 'unnamed');
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The files attached to the PDF could not all be listed: ${reason}`);
  }
  return [...files].map(([id, name]) => ({ name, read: () => readAttachment(document, id) }));
}

async function annotationsWithFiles(document: PDFDocumentProxy): Promise<readonly unknown[]> {
  const { AnnotationType } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const { FILEATTACHMENT, SOUND, SCREEN, RICHMEDIA } = AnnotationType;
  const types = new Set([FILEATTACHMENT, SOUND, SCREEN, RICHMEDIA]);
  return (await document.getAnnotationsByType(types, new Set())) ?? [];
}

async function readAttachment(document: PDFDocumentProxy, id: string): Promise<Uint8Array> {
  const content: unknown = await document.getAttachmentContent(id).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('DAMAGED_FILE', { detail: `it is damaged (${reason})`, cause: error });
  });
  if (content instanceof Uint8Array) return content;
  throw new AppError('DAMAGED_FILE', { detail: 'the PDF names it and does not hold it' });
}

async function writeAttachment(file: Attachment, to: string, most: number): Promise<number> {
  const content = await file.read();
  if (content.length > most) throw new AppError('FILE_TOO_LARGE', { detail: `it is larger than ${most} bytes` });
  await writeFile(to, content, { flag: 'wx' });
  return content.length;
}
