import { writeFile } from 'node:fs/promises';
import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.js';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, uniquePath } from '../archive/child-path.ts';
import type { ChildFile, ChildLimits } from '../child-file.ts';
import { fileOf } from './annotation.ts';

/** A file in a PDF. */
interface Attachment {
  id: string;
  name: string;
}

/** Files that are attached to the document, such as the invoice for programs behind one for people, and to its pages. */
export interface Attachments {
  any(): Promise<boolean>;
  children(limits: ChildLimits): Promise<ChildFile[]>;
}

/** @param warn told where the files of the pages cannot be listed */
export function attachmentsOf(document: PDFDocumentProxy, warn: (warning: string) => void): Attachments {
  let listed: Promise<Attachment[]> | undefined;
  const list = (): Promise<Attachment[]> => {
    listed ??= listAttachments(document, warn);
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
      return files.map(({ id, name }) => ({
        path: uniquePath(childPath(name.replaceAll('/', '_')), taken),
        write: (to) => writeAttachment(document, id, to, limits.fileBytes),
      }));
    },
  };
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
  return [...files].map(([id, name]) => ({ id, name }));
}

async function annotationsWithFiles(document: PDFDocumentProxy): Promise<readonly unknown[]> {
  const { AnnotationType } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const { FILEATTACHMENT, SOUND, SCREEN, RICHMEDIA } = AnnotationType;
  const types = new Set([FILEATTACHMENT, SOUND, SCREEN, RICHMEDIA]);
  return (await document.getAnnotationsByType(types, new Set())) ?? [];
}

async function writeAttachment(document: PDFDocumentProxy, id: string, to: string, most: number): Promise<number> {
  const content: unknown = await document.getAttachmentContent(id).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('DAMAGED_FILE', { detail: `it is damaged (${reason})`, cause: error });
  });
  if (!(content instanceof Uint8Array)) {
    throw new AppError('DAMAGED_FILE', { detail: 'the PDF names it and does not hold it' });
  }
  if (content.length > most) throw new AppError('FILE_TOO_LARGE', { detail: `it is larger than ${most} bytes` });
  await writeFile(to, content, { flag: 'wx' });
  return content.length;
}
