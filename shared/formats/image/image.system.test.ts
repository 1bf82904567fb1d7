import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawScene, toBmp, toTiff, toTurnedJpeg } from '#testing/documents/make-picture.ts';
import { makePictureBomb } from '#testing/documents/make-picture-bomb.ts';
import { readDocument } from '#testing/read-document.ts';

/** Words, which take seconds, are read in a test of their own. */
const look = (bytes: Buffer, contentType: string) => readDocument(bytes, contentType, null);

describe('pictures', () => {
  it.each([
    ['image/png', () => drawScene().png().toBuffer()],
    ['image/webp', () => drawScene().webp().toBuffer()],
    ['image/gif', () => drawScene().gif().toBuffer()],
    ['image/avif', () => drawScene().avif({ effort: 0 }).toBuffer()],
    ['image/bmp', () => toBmp(drawScene())],
    ['image/tiff', () => toTiff([drawScene(), drawScene()])],
    // 800 × 600 as it is shown, stored as 600 × 800.
    ['image/jpeg', () => toTurnedJpeg(drawScene())],
  ])('reads %s, and gives a small copy as it is shown', async (contentType, make) => {
    const { pages, warnings } = await look(await make(), contentType);
    expect(warnings).toEqual([]);
    expect(pages[0]).toMatchObject({ number: 1, text: '', picture: { width: 512, height: 384 } });
    const copy = sharp(Buffer.from(pages[0]?.picture?.base64 ?? '', 'base64'));
    expect((await copy.metadata()).format).toBe('webp');
    const pixels = await copy.raw().toBuffer();
    // The scene is blue at its upper edge.
    expect(pixels[2]).toBeGreaterThan(180);
    expect(pixels.at(-1)).toBeLessThan(130);
  });

  it('reads each page of a TIFF', async () => {
    const { pages } = await look(await toTiff([drawScene(), drawScene(), drawScene()]), 'image/tiff');
    expect(pages.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('takes the first frame, and white for what is transparent', async () => {
    const clear = { width: 100, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
    const frames = await Promise.all([1, 2].map(() => sharp({ create: clear }).png().toBuffer()));
    const { pages } = await look(
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      'image/gif',
    );
    expect(pages).toMatchObject([{ picture: { width: 100, height: 80 } }]);
    const { channels } = await sharp(Buffer.from(pages[0]?.picture?.base64 ?? '', 'base64')).stats();
    expect(channels.every(({ mean }) => mean > 250)).toBe(true);
  });

  it('refuses more than 50 megapixels before it decodes them', async () => {
    await expect(look(makePictureBomb(17_000), 'image/png')).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('17000 × 17000'),
    });
    const bitmap = await toBmp(drawScene(20, 20));
    bitmap.writeInt32LE(10_000, 18);
    bitmap.writeInt32LE(-10_000, 22);
    await expect(look(bitmap, 'image/bmp')).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it('reads 49 megapixels within the memory of the sandbox', async () => {
    const { pages } = await look(makePictureBomb(7_000), 'image/png');
    expect(pages).toMatchObject([{ picture: { width: 512, height: 512 } }]);
  });

  it('keeps what is left of a picture that is cut off, and says so', async () => {
    const whole = await drawScene().jpeg().toBuffer();
    const { pages, warnings } = await look(whole.subarray(0, whole.length * 0.6), 'image/jpeg');
    expect(pages).toMatchObject([{ picture: { width: 512, height: 384 } }]);
    expect(warnings).toEqual([expect.stringContaining('page 1 is damaged')]);
  });

  it('tells damage, and reads no format that only the library knows', async () => {
    await expect(look(Buffer.from('\x89PNG\r\n\x1a\n nothing', 'latin1'), 'image/png')).rejects.toMatchObject({
      code: 'DAMAGED_FILE',
    });
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    await expect(look(Buffer.from(drawing), 'image/png')).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
    await expect(look(Buffer.from('BM'), 'image/bmp')).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
  });
});
