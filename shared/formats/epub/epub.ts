import { posix } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format, OpenDocument } from '#shared/formats/format.ts';
import { openText } from '#shared/formats/text/split-text.ts';

const MB = 1024 * 1024;
/** A chapter becomes a tree of some thirty times its size. */
const LIMITS = { entries: 20_000, totalBytes: 200 * MB, partBytes: 10 * MB };
const CHAPTER_TYPES = ['application/xhtml+xml', 'text/html', 'application/x-dtbook+xml'];

/** Electronic books: the chapters in reading order, their titles as headings. */
export const epub: Format = {
  id: 'epub',
  contentTypes: ['application/epub+zip'],
  extensions: ['epub'],
  family: 'epub',
  paged: false,
  open: openEpub,
};

async function openEpub(path: string): Promise<OpenDocument> {
  const { openParts } = await import('#shared/formats/zip/open-parts.ts');
  const { readXml } = await import('#shared/formats/xml/read-xml.ts');
  const { readChapter } = await import('./read-chapter.ts');
  const { cleanText } = await import('#shared/formats/text/clean-text.ts');
  const { markdownHeadings } = await import('#shared/formats/markdown/markdown-headings.ts');
  const parts = await openParts(path, LIMITS);
  const { names } = parts;
  if (!names.has('META-INF/container.xml')) {
    throw new AppError('DAMAGED_FILE', { detail: 'The file is a ZIP archive, not an EPUB book.' });
  }
  let packagePart: string | undefined;
  await readXml('META-INF/container.xml', parts.stream('META-INF/container.xml'), {
    open(name, attributes) {
      if (name === 'rootfile') packagePart ??= attributes['full-path'];
    },
  });
  if (packagePart === undefined)
    throw new AppError('DAMAGED_FILE', { detail: 'The file is damaged: the book does not list its parts.' });
  const folder = posix.dirname(packagePart);
  const items = new Map<string, { part: string; type: string }>();
  const spine: string[] = [];
  const about = { title: '', creator: '' };
  let reading: 'title' | 'creator' | undefined;
  await readXml(packagePart, parts.stream(packagePart), {
    open(name, attributes) {
      reading = (name === 'title' || name === 'creator') && about[name] === '' ? name : undefined;
      if (name === 'item') {
        const part = partName(folder, attributes.href ?? '');
        items.set(attributes.id ?? '', { part, type: attributes['media-type'] ?? '' });
      } else if (name === 'itemref') spine.push(attributes.idref ?? '');
    },
    text(piece) {
      if (reading) about[reading] += piece;
    },
    close() {
      reading = undefined;
    },
  });
  // A part of an encrypted book is unreadable even where its names are not.
  const chapters = spine.flatMap((id) => items.get(id) ?? []).filter(({ type }) => CHAPTER_TYPES.includes(type));
  const encrypted = names.has('META-INF/encryption.xml') ? await parts.bytes('META-INF/encryption.xml') : undefined;
  if (encrypted && chapters.some(({ part }) => encrypted.includes(posix.basename(part)))) {
    throw new AppError('ENCRYPTED_DOCUMENT', {
      detail: 'The book is copy-protected. Upload a copy without protection.',
    });
  }
  const texts: string[] = [];
  const warnings: string[] = [];
  let failure: unknown;
  for (const { part } of chapters) {
    try {
      texts.push(await readChapter(part, await parts.bytes(part)));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
      failure ??= error;
      warnings.push(`A chapter was skipped: ${error.message}`);
    }
  }
  parts.close();
  if (texts.length === 0 && failure !== undefined) throw failure;
  const front = [about.title, about.creator]
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  const text = cleanText([front.join('\n'), ...texts].filter((block) => block !== '').join('\n\n'));
  return openText(text, markdownHeadings(text), warnings);
}

/** Addresses in a book are relative and percent-encoded. */
function partName(folder: string, href: string): string {
  const [path = ''] = href.split('#', 1);
  try {
    return posix.join(folder, decodeURIComponent(path));
  } catch (error) {
    if (error instanceof URIError) return posix.join(folder, path);
    throw error;
  }
}
