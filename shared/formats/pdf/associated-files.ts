import { AppError } from '#shared/errors/app-error.ts';
import { readPdfString, stringAt } from './pdf-string.ts';
import type { RawObjects } from './raw-objects.ts';

/** A file in a PDF. */
export interface Attachment {
  name: string;
  /** @throws AppError DAMAGED_FILE */
  read(): Promise<Uint8Array>;
}

const REFERENCE = /(\d+)\s+\d+\s+R\b/g;
/** In a bomb there are millions. */
const MOST_FILES = 10_000;

/**
 * The files that a document says belong to it (`/AF`): those attached to invoices and archived documents, which need not be in
 * the list of attached files.
 * @param catalogue the number of the object that the document begins with
 */
export function associatedFiles(objects: RawObjects, catalogue: number): Attachment[] {
  const written = /\/AF\s*(\[[^\]]*\]|\d+\s+\d+\s+R)/.exec(objects.text(catalogue) ?? '')?.[1] ?? '';
  const [only] = numbersIn(written);
  const listed = written.startsWith('[') || only === undefined ? written : (objects.text(only) ?? '');
  return numbersIn(listed)
    .slice(0, MOST_FILES)
    .flatMap((number) => {
      const file = objects.text(number) ?? '';
      const [stream] = numbersIn(/\/EF\s*<<([^>]*)>>/.exec(file)?.[1] ?? '');
      return stream === undefined ? [] : [{ name: nameOf(file), read: () => unpack(objects, stream) }];
    });
}

async function unpack(objects: RawObjects, stream: number): Promise<Uint8Array> {
  const bytes = objects.stream(stream);
  if (bytes) return bytes;
  throw new AppError('DAMAGED_FILE', { detail: 'it could not be unpacked' });
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(REFERENCE)].map(([, number]) => Number(number));
}

function nameOf(file: string): string {
  for (const key of [/\/UF\s*(?=[(<])/, /\/F\s*(?=[(<])/]) {
    const found = key.exec(file);
    const name = found && readPdfString(stringAt(file, found.index + found[0].length));
    if (name) return name.split(/[/\\]/).at(-1) ?? name;
  }
  return 'unnamed';
}
