/** One byte a pixel, 0 black to 255 white, rows from top to bottom. */
export interface GreyImage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A word and where it stands, in pixels of the image. */
export interface OcrWord {
  text: string;
  /** 0 to 100. */
  confidence: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Paragraphs in reading order, of lines, of words. */
export type OcrParagraph = OcrWord[][];

/** Reads the words in pictures. */
export interface Ocr {
  /** Codes of the languages that may be asked for, the most likely first; one or more. */
  readonly languages: readonly [string, ...string[]];
  /**
   * Reads an upright image as text in one language. One call at a time.
   * @param until when to give up, in ms since the epoch
   * @returns undefined when time ran out
   * @throws AppError MODEL_UNAVAILABLE when the data of one of `languages` is not there, saying what to install
   */
  read(image: GreyImage, language: string, until: number): Promise<OcrParagraph[] | undefined>;
  close(): Promise<void>;
}
