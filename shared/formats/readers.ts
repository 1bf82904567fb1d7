import type { Format } from './format.ts';

/** One of several formats that share a file. */
const among = (load: () => Promise<readonly Format[]>) => (id: string) => async (): Promise<Format> => {
  const found = (await load()).find((format) => format.id === id);
  if (!found) throw new Error(`The format "${id}" does not exist.`);
  return found;
};
const picture = among(async () => (await import('./image/image.ts')).IMAGES);
const subtitles = among(async () => (await import('./subtitles/subtitles.ts')).SUBTITLES);

/**
 * Every format that is read as a document, by its id; a new one is a folder of its own and a line here. A process that reads
 * loads its own alone: all of them took 170 of the 250 ms that reading a small file took.
 */
export const READERS: Readonly<Record<string, () => Promise<Format>>> = {
  pdf: async () => (await import('./pdf/pdf.ts')).pdf,
  docx: async () => (await import('./docx/docx.ts')).docx,
  xlsx: async () => (await import('./xlsx/xlsx.ts')).xlsx,
  pptx: async () => (await import('./pptx/pptx.ts')).pptx,
  odt: async () => (await import('./odf/odt.ts')).odt,
  ods: async () => (await import('./odf/ods.ts')).ods,
  odp: async () => (await import('./odf/odp.ts')).odp,
  rtf: async () => (await import('./rtf/rtf.ts')).rtf,
  epub: async () => (await import('./epub/epub.ts')).epub,
  png: picture('png'),
  jpeg: picture('jpeg'),
  webp: picture('webp'),
  gif: picture('gif'),
  tiff: picture('tiff'),
  avif: picture('avif'),
  bmp: picture('bmp'),
  markdown: async () => (await import('./markdown/markdown.ts')).markdown,
  html: async () => (await import('./html/html.ts')).html,
  csv: async () => (await import('./csv/csv.ts')).csv,
  json: async () => (await import('./json/json.ts')).json,
  text: async () => (await import('./text/text.ts')).text,
  srt: subtitles('srt'),
  vtt: subtitles('vtt'),
  svg: async () => (await import('./svg/svg.ts')).svg,
  code: async () => (await import('./code/code.ts')).code,
  eml: async () => (await import('./mail/eml.ts')).eml,
  msg: async () => (await import('./mail/msg.ts')).msg,
  ics: async () => (await import('./ics/ics.ts')).ics,
  zip: async () => (await import('./zip/zip.ts')).zip,
};
