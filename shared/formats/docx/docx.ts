import { readFile } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format, OpenDocument } from '#shared/formats/format.ts';
import { markdownHeadings } from '#shared/formats/markdown/markdown-headings.ts';
import { refuseOle } from '#shared/formats/ooxml/refuse-ole.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';
import { readMargins } from './margins.ts';
import { placeNotes } from './place-notes.ts';

const MB = 1024 * 1024;
const LIMITS = { entries: 10_000, totalBytes: 200 * MB, partBytes: 50 * MB };
const MAX_WARNINGS = 10;
/** Beside the library's own map: titles are headings, and comments are kept. */
const STYLES = [
  "p[style-name='Title'] => h1.title:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Heading 7'] => h6:fresh",
  "p[style-name='Heading 8'] => h6:fresh",
  "p[style-name='Heading 9'] => h6:fresh",
  'comment-reference => sup',
];

/** Word documents: text with headings, lists, tables, notes, comments and text boxes; no pictures, nothing fetched. */
export const docx: Format = {
  id: 'docx',
  contentTypes: [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    'application/vnd.ms-word.document.macroenabled.12',
    'application/vnd.ms-word.template.macroenabled.12',
  ],
  extensions: ['docx', 'docm', 'dotx', 'dotm'],
  family: 'ooxml',
  paged: false,
  open: openDocx,
};

async function openDocx(path: string): Promise<OpenDocument> {
  await refuseOle(path, '.docx');
  const bytes = await readFile(path);
  // Loaded here and not above: documents of other formats shall not wait for these libraries.
  const { guardParts } = await import('#shared/formats/zip/guard-parts.ts');
  const parts = await guardParts(bytes, LIMITS);
  if (!parts.names.has('[Content_Types].xml')) {
    throw new AppError('DAMAGED_FILE', { detail: 'The file is a ZIP archive, not a Word document.' });
  }
  const margins = await readMargins(parts);
  parts.close();
  const { default: mammoth } = await import('mammoth');
  const { htmlToText } = await import('#shared/formats/html/html-to-text.ts');
  const { value, messages } = await mammoth.convertToHtml(
    { buffer: bytes },
    {
      styleMap: STYLES,
      includeEmbeddedStyleMap: false,
      externalFileAccess: false,
      // Only the description of a picture is kept; its bytes are not even read.
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  );
  const body = htmlToText(placeNotes(belowTitle(value)));
  const text = cleanText([body, ...margins].join('\n\n').trim());
  const warnings = new Set(messages.filter(({ type }) => type === 'error').map(({ message }) => message));
  return openText(text, markdownHeadings(text), [...warnings].slice(0, MAX_WARNINGS));
}

/** Where a document has a title, its headings stand below it. */
function belowTitle(html: string): string {
  if (!html.includes('<h1 class="title">')) return html;
  return html.replace(/<h([1-5])>([\s\S]*?)<\/h\1>/g, (_, level: string, title: string) => {
    const below = `h${Number(level) + 1}`;
    return `<${below}>${title}</${below}>`;
  });
}
