import type { ExtractedPage, Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { PictureText } from '#shared/formats/ocr/page-text.ts';
import { readPicture } from '#shared/formats/ocr/read-picture.ts';
import { openBmp } from './open-bmp.ts';
import { openWithSharp } from './open-raster.ts';
import { toPagePicture } from './page-picture.ts';
import type { PictureFile } from './picture-file.ts';

type Name = Pick<Format, 'id' | 'contentTypes' | 'extensions'>;

const READ_BY_SHARP: readonly Name[] = [
  { id: 'png', contentTypes: ['image/png', 'image/apng', 'image/x-png'], extensions: ['png'] },
  {
    id: 'jpeg',
    contentTypes: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
  },
  { id: 'webp', contentTypes: ['image/webp'], extensions: ['webp'] },
  { id: 'gif', contentTypes: ['image/gif'], extensions: ['gif'] },
  { id: 'tiff', contentTypes: ['image/tiff', 'image/tif'], extensions: ['tif', 'tiff'] },
  { id: 'avif', contentTypes: ['image/avif'], extensions: ['avif'] },
];
const BMP: Name = { id: 'bmp', contentTypes: ['image/bmp', 'image/x-ms-bmp', 'image/x-bmp'], extensions: ['bmp'] };

/** Pictures: one page each, a TIFF as many as it holds. */
export const IMAGES: readonly Format[] = [
  ...READ_BY_SHARP.map((name) => imageFormat(name, openWithSharp)),
  imageFormat(BMP, openBmp),
];

function imageFormat(name: Name, openFile: (path: string) => Promise<PictureFile>): Format {
  return {
    ...name,
    family: 'image',
    paged: true,
    nativeAddons: true,
    threads: 1,
    open: async (path, tools) => openPictures(await openFile(path), tools),
  };
}

function openPictures(file: PictureFile, tools: ReaderTools): OpenDocument {
  const warnings: string[] = [];
  return {
    pageCount: file.pageCount,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const raster = await file.raster(number, (sentence) => warnings.push(sentence));
      const picture = await toPagePicture(raster);
      if (!tools.ocr) return { number, text: '', headings: [], charOffset: 0, picture };
      const read = await readPicture(tools.ocr, raster, tools.pictureTimeoutMs);
      if (!read?.text) warnings.push(missingText(read, file.pageCount > 1 ? ` on page ${number}` : ''));
      const { text, words } = read ?? { text: '', words: [] };
      return { number, text, headings: [], charOffset: 0, picture, place: { kind: 'picture', words } };
    },
    close: async () => tools.ocr?.close(),
  };
}

function missingText(read: PictureText | undefined, where: string): string {
  return read
    ? `No text was found in the picture${where}.`
    : `The picture${where} could not be read within the time limit.`;
}
