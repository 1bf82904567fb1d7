import type { ExtractedPage, Format, OpenDocument } from './format.ts';
import { openBmp } from './image/open-bmp.ts';
import { openWithSharp } from './image/open-raster.ts';
import { toPagePicture } from './image/page-picture.ts';
import type { PictureFile } from './image/picture-file.ts';

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
    open: async (path) => openPictures(await openFile(path)),
  };
}

function openPictures(file: PictureFile): OpenDocument {
  const warnings: string[] = [];
  return {
    pageCount: file.pageCount,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const raster = await file.raster(number, (sentence) => warnings.push(sentence));
      return { number, text: '', headings: [], charOffset: 0, picture: await toPagePicture(raster) };
    },
    close: async () => undefined,
  };
}
