import type { Raster } from './raster.ts';

/** An opened file of pictures whose headers have been checked. */
export interface PictureFile {
  pageCount: number;
  /**
   * Decodes one picture, upright and at working size.
   * @param page 1 to `pageCount`
   * @param warn is told, in a sentence, what of the picture is lost
   */
  raster(page: number, warn: (sentence: string) => void): Promise<Raster>;
}
