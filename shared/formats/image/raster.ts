/** A picture as it is shown: upright by its own orientation tag, on white where it was transparent. */
export interface Raster {
  width: number;
  height: number;
  /** Three bytes a pixel (red, green, blue), rows from top to bottom. */
  rgb: Buffer;
}

/** Size as told by a header, before anything is decoded. */
export interface PictureSize {
  width: number;
  height: number;
}
