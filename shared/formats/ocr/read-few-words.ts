import type { EmbeddedPicture, PictureReader } from './embedded-pictures.ts';
import { countLetters } from './legibility.ts';

/** A slide with this many letters is one of text; its pictures are pictures. */
const TEXT_LETTERS = 80;

/**
 * The words in the pictures of a slide that has few words of its own.
 * @param told what it says itself
 * @throws AppError RESOURCE_LIMIT, and as Parts.bytes
 */
export async function readFewWords(
  reader: PictureReader,
  told: string,
  pictures: readonly EmbeddedPicture[],
  slide: number,
  warn: (sentence: string) => void,
): Promise<string[]> {
  const letters = countLetters(told);
  if (letters >= TEXT_LETTERS) return [];
  const texts: string[] = [];
  const seen = new Set<string>();
  let looked = 0;
  for (const picture of pictures) {
    if (seen.has(picture.part) || !(await reader.mayShowText(picture))) continue;
    seen.add(picture.part);
    looked++;
    const text = await reader.read(picture);
    if (text !== '') texts.push(text);
  }
  if (looked > 0 && texts.length === 0 && letters === 0) warn(`No text was found in the pictures on slide ${slide}.`);
  return texts;
}
