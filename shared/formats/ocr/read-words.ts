import type { GreyImage, Ocr, OcrParagraph } from '#shared/ports/ocr.ts';
import { busiestPart, type QuarterTurns, turn, turnBack } from './grey-image.ts';
import { dropGarbage, isLegible, legibility } from './legibility.ts';
import { isAtHome, mergeReadings, shareAtHome } from './merge-readings.ts';

/** Turned trials read a part of this many pixels a side: enough lines to tell, in a second. */
const TRIAL_SIDE = 1_200;
/** Upside down is what happens most, in a feeder; then a page that was laid across. */
const TRIAL_TURNS: readonly QuarterTurns[] = [2, 1, 3];
/** A further language must bring this much of the text home, or one more is tried and then no other. */
const WORTHWHILE = 0.02;
const FRUITLESS_TRIES = 2;

/**
 * Reads an image however it is turned, in the language it is written in. The first language reads it upright; only when
 * that makes no sense are turned parts tried, and only when the words are not at home in that language are others.
 * @param until when to give up, in ms since the epoch; what was read so far then counts
 * @returns words with boxes in pixels of `image`; undefined when not even the first reading was in time
 */
export async function readWords(ocr: Ocr, image: GreyImage, until: number): Promise<OcrParagraph[] | undefined> {
  const [language, ...others] = ocr.languages;
  const upright = await ocr.read(image, language, until);
  if (!upright) return undefined;
  let turns: QuarterTurns = 0;
  let paragraphs = upright;
  if (upright.flat(2).length > 0 && !isLegible(upright.flat(2))) {
    turns = await findTurns(ocr, image, until);
    const turned = turns > 0 ? await ocr.read(turn(image, turns), language, until) : undefined;
    if (turned && legibility(turned.flat(2)) > legibility(upright.flat(2))) paragraphs = turned;
    else turns = 0;
  }
  if (isLegible(paragraphs.flat(2))) {
    paragraphs = await readInOthers(ocr, turn(image, turns), paragraphs, others, until);
  }
  return dropGarbage(paragraphs).map((lines) =>
    lines.map((line) => line.map((word) => ({ ...word, ...turnBack(word, turns, image) }))),
  );
}

async function findTurns(ocr: Ocr, image: GreyImage, until: number): Promise<QuarterTurns> {
  const part = busiestPart(image, TRIAL_SIDE);
  for (const turns of TRIAL_TURNS) {
    const trial = await ocr.read(turn(part, turns), ocr.languages[0], until);
    if (trial === undefined) return 0;
    if (isLegible(trial.flat(2))) return turns;
  }
  return 0;
}

async function readInOthers(
  ocr: Ocr,
  image: GreyImage,
  first: OcrParagraph[],
  languages: readonly string[],
  until: number,
): Promise<OcrParagraph[]> {
  let merged = first;
  let fruitless = 0;
  for (const language of languages) {
    if (isAtHome(merged.flat(2)) || fruitless >= FRUITLESS_TRIES) break;
    const reading = await ocr.read(image, language, until);
    if (!reading) break;
    const before = shareAtHome(merged.flat(2));
    merged = mergeReadings(merged, reading);
    fruitless = shareAtHome(merged.flat(2)) - before < WORTHWHILE ? fruitless + 1 : 0;
  }
  return merged;
}
