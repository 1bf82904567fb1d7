import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeSpan } from '#shared/domain/page-place.ts';
import type { ExtractedPage } from '#shared/formats/format.ts';
import { drawScene, drawText, toTiff } from '#testing/documents/make-picture.ts';
import { readDocument } from '#testing/read-document.ts';

const LINES = ['The harbour master keeps the key', 'of the tide gauge in a tin box', 'beside the northern breakwater.'];
const TEXT = LINES.join('\n');

/** The place of a word on its page, as a search hit tells it. */
function boxOf(page: ExtractedPage | undefined, word: string) {
  const start = page?.text.indexOf(word) ?? -1;
  if (!page?.place || start < 0) throw new Error(`"${word}" is not on the page.`);
  const location = placeSpan(page.place, page.number, start, start + word.length);
  return location && 'boxes' in location ? location.boxes?.[0] : undefined;
}

describe('the text in pictures', () => {
  it('is read with the place of each word', async () => {
    const { pages, warnings } = await readDocument(await drawText(LINES).png().toBuffer(), 'image/png');
    expect(warnings).toEqual([]);
    expect(pages.map(({ text }) => text)).toEqual([TEXT]);
    const words = pages[0]?.place?.kind === 'picture' ? pages[0].place.words : [];
    expect(words).toHaveLength(18);
    expect(words.every(({ confidence }) => confidence > 80 && confidence <= 100)).toBe(true);
    // The third of three lines of text, the second word.
    const northern = boxOf(pages[0], 'northern');
    expect(northern?.y).toBeGreaterThan(0.55);
    expect(northern?.x).toBeGreaterThan(0.15);
    expect((northern?.y ?? 1) + (northern?.height ?? 1)).toBeLessThan(0.85);
  });

  it.each([90, 180, 270])(
    'is read when the scan lies turned by %i°, with places in the picture as it is',
    async (angle) => {
      const turned = await drawText(LINES, { height: 500 }).rotate(angle).png().toBuffer();
      const { pages } = await readDocument(turned, 'image/png');
      expect(pages.map(({ text }) => text)).toEqual([TEXT]);
      const box = boxOf(pages[0], 'The');
      const centre = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
      // The first word stands near the upper left corner, which the turn takes elsewhere.
      expect(centre.x > 0.5).toBe(angle !== 270);
      expect(centre.y > 0.5).toBe(angle !== 90);
    },
  );

  it('is not seen where there is none, and that is a note', async () => {
    const { pages, warnings } = await readDocument(await toTiff([drawScene(), drawScene()]), 'image/tiff');
    expect(pages.map(({ text }) => text)).toEqual(['', '']);
    expect(warnings).toEqual([1, 2].map((page) => `No text was found in the picture on page ${page}.`));
    const random = Buffer.from(Array.from({ length: 300 * 300 }, (_, at) => (at * at * 7919 + at * 104_729) % 251));
    const noise = await sharp(random, { raw: { width: 300, height: 300, channels: 1 } })
      .png()
      .toBuffer();
    expect((await readDocument(noise, 'image/png')).pages[0]?.text).toBe('');
  });

  describe('in another language', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'omnirag-tessdata-'));
    });
    afterAll(() => rm(folder, { recursive: true }));
    const german = [
      'Der Hafenmeister verwahrt den Schlüssel',
      'für das große Gezeitenmessgerät',
      'südlich der Brücke.',
    ];

    it('is read in the one that knows the words', async () => {
      const picture = await drawText(german).png().toBuffer();
      const { pages } = await readDocument(picture, 'image/png', { languages: ['eng', 'deu'], dataDir: 'nowhere' });
      expect(pages[0]?.text).toBe(german.join('\n'));
    });

    it('needs data that somebody installed', async () => {
      const picture = await drawText(LINES).png().toBuffer();
      const ocr = { languages: ['zzz'], dataDir: folder } as const;
      await expect(readDocument(picture, 'image/png', { ...ocr, languages: ['zzz'] })).rejects.toMatchObject({
        code: 'MODEL_UNAVAILABLE',
        message: expect.stringContaining('@tesseract.js-data/zzz'),
      });
      const data = '4.0.0_best_int/eng.traineddata.gz';
      const installed = fileURLToPath(import.meta.resolve(`@tesseract.js-data/eng/${data}`));
      await copyFile(installed, join(folder, 'zzz.traineddata.gz'));
      expect((await readDocument(picture, 'image/png', { ...ocr, languages: ['zzz'] })).pages[0]?.text).toBe(TEXT);
    });
  });
});
