import { GoogleError } from '../google-error.ts';
import { presentationFile, spreadsheetFile } from './office-file.ts';

const OFFICE = 'application/vnd.openxmlformats-officedocument';
/** As Google's, in bytes of the exported file. */
const EXPORT_LIMIT = 10 * 1024 ** 2;

/**
 * The stand-in keeps Google's own documents as text: a Doc as Markdown, a Sheet as CSV without quotes, a Slides file as
 * slides that a form feed separates.
 */
const EXPORTS: Record<string, Record<string, (text: string) => Promise<Buffer>>> = {
  'application/vnd.google-apps.document': { 'text/markdown': asIs, 'text/plain': asIs },
  'application/vnd.google-apps.spreadsheet': {
    'text/csv': asIs,
    [`${OFFICE}.spreadsheetml.sheet`]: (text) => spreadsheetFile(text.split('\n').map((line) => line.split(','))),
  },
  'application/vnd.google-apps.presentation': {
    'text/plain': asIs,
    [`${OFFICE}.presentationml.presentation`]: (text) => presentationFile(text.split('\f')),
  },
};

/** Whether it is one of Google's own kinds of document, which have no bytes but can be exported. */
export function isGoogleDocument(mimeType: string): boolean {
  return mimeType in EXPORTS;
}

/** @throws GoogleError as Google's for what cannot be exported so, or is too large */
export async function exportDocument(mimeType: string, wanted: string, content: Uint8Array): Promise<Buffer> {
  const kinds = EXPORTS[mimeType];
  if (!kinds) throw new GoogleError(403, 'fileNotExportable', 'Export only supports Docs Editors files.');
  const write = kinds[wanted];
  if (!write) throw new GoogleError(400, 'badRequest', 'The requested conversion is not supported.');
  const file = await write(Buffer.from(content).toString('utf8'));
  if (file.length > EXPORT_LIMIT) {
    throw new GoogleError(403, 'exportSizeLimitExceeded', 'This file is too large to be exported.');
  }
  return file;
}

async function asIs(text: string): Promise<Buffer> {
  return Buffer.from(text);
}
