import type { ExtractedPage, Format } from '../format.ts';
import { IMAGES } from '../image.ts';
import { openBmp } from './open-bmp.ts';
import { openWithSharp } from './open-raster.ts';
import { toPagePicture } from './page-picture.ts';

const LOOK_PREFIX = 'look-at-';

/** The formats of pictures once more, for a look at them alone: words, which take seconds to read, are not. */
export const LOOKS: readonly Format[] = IMAGES.map((format) => {
  const { threads: _, ...look } = format;
  return {
    ...look,
    id: `${LOOK_PREFIX}${format.id}`,
    async open(path) {
      const file = await (format.id === 'bmp' ? openBmp(path) : openWithSharp(path));
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
    },
  };
});

/** The look at pictures of this format. */
export function lookOf(format: Format): Format | undefined {
  return LOOKS.find(({ id }) => id === `${LOOK_PREFIX}${format.id}`);
}
