import sharp from 'sharp';

type Colour = readonly [red: number, green: number, blue: number];

export const RED: Colour = [230, 20, 20];
export const DARK_RED: Colour = [170, 10, 15];
export const BLUE: Colour = [10, 30, 240];
export const GREEN: Colour = [20, 200, 30];

/** A PNG of one colour, without a word to read in it. */
export async function makePlainPng(
  [r, g, b]: Colour,
  { width = 64, height = 48 } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
  return Uint8Array.from(await plain.png().toBuffer());
}
