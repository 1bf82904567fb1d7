import type { Heading } from '../format.ts';
import { htmlToText } from '../html/html-to-text.ts';
import { markdownHeadings } from '../markdown/markdown-headings.ts';
import type { OfficePackage } from '../ooxml/open-package.ts';
import { readRtf } from '../rtf/read-rtf.ts';
import { cleanText } from '../text/clean-text.ts';
import { decodeText } from '../text/decode-text.ts';
import type { TextBlock } from './block.ts';
import type { WordBlock, WordReading } from './read-word.ts';

/** Documents in documents in documents are no one's work. */
const MOST_DEPTH = 3;
/** Inflated bytes of all of them together: many that unpack to much are no way around the limit of one. */
const MOST_NESTED_BYTES = 200 * 1024 * 1024;

/** Opens a document that is a part of another. */
export type OpenNested = (bytes: Buffer, mostBytes: number) => Promise<OfficePackage>;

/**
 * Reads what a document takes in from a part in another format (`w:altChunk`), at its place: HTML, a web archive (MHT),
 * Rich Text, plain text or another Word document. Each part is read once.
 */
export function createChunkReader(
  openNested: OpenNested,
  reading: Omit<WordReading, 'readChunk'>,
  readWord: (pack: OfficePackage, reading: WordReading) => Promise<WordBlock[]>,
): WordReading['readChunk'] {
  const nested: OfficePackage[] = [];
  const at =
    (depth: number): WordReading['readChunk'] =>
    async (pack, part) => {
      const seen = readParts.get(pack) ?? new Set([pack.main]);
      readParts.set(pack, seen);
      if (seen.has(part)) return [];
      seen.add(part);
      const bytes = await pack.parts.bytes(part);
      if (!isZip(bytes)) return readText(bytes);
      if (depth >= MOST_DEPTH) {
        reading.warn(`A document inside the document was not read: there are more than ${MOST_DEPTH} levels of them.`);
        return [];
      }
      const unpacked = nested.reduce((sum, one) => sum + one.parts.unpackedBytes, 0);
      const opened = await openNested(bytes, MOST_NESTED_BYTES - unpacked);
      nested.push(opened);
      return readWord(opened, { ...reading, readChunk: at(depth + 1) });
    };
  const readParts = new WeakMap<OfficePackage, Set<string>>();
  return at(0);
}

function isZip(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04'));
}

/** By its beginning: the type that is declared for it is often wrong. */
async function readText(bytes: Buffer): Promise<TextBlock[]> {
  const head = bytes
    .toString('latin1', 0, 2048)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (head.startsWith('{\\rtf')) {
    const { text, headings } = readRtf(bytes.toString('latin1'));
    return toBlocks(text, headings);
  }
  if (/^(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*(?:MIME-Version|Content-Type):/i.test(head)) return readWebArchive(bytes);
  const text = cleanText(decodeText(bytes, /charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]));
  return /^<(?:!doctype|html|\?xml|!--|body|head|meta|[a-z][a-z0-9]*[\s>/])/i.test(head)
    ? fromHtml(text)
    : toBlocks(text, []);
}

async function readWebArchive(bytes: Buffer): Promise<TextBlock[]> {
  const { default: PostalMime } = await import('postal-mime');
  const { html, text } = await PostalMime.parse(bytes, { maxNestingDepth: 10 });
  return html === undefined ? toBlocks(cleanText(text ?? ''), []) : fromHtml(cleanText(html));
}

function fromHtml(html: string): TextBlock[] {
  const text = htmlToText(html);
  return toBlocks(text, markdownHeadings(text));
}

/** Headings stand on lines of their own. */
function toBlocks(text: string, headings: readonly Heading[]): TextBlock[] {
  const blocks: TextBlock[] = [];
  let from = 0;
  const paragraph = (to: number): void => {
    const between = text.slice(from, to).trim();
    if (between !== '') blocks.push({ kind: 'paragraph', text: between });
  };
  for (const { offset, level, title } of headings) {
    paragraph(offset);
    blocks.push({ kind: 'heading', level, isTitle: false, text: title });
    const end = text.indexOf('\n', offset);
    from = end === -1 ? text.length : end;
  }
  paragraph(text.length);
  return blocks;
}
