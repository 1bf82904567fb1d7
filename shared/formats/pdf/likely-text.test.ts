import type { Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { drawScene, drawText } from '#testing/documents/make-picture.ts';
import { isLikelyText } from './likely-text.ts';

async function looksAt(picture: Sharp): Promise<boolean> {
  const { data, info } = await picture.greyscale().raw().toBuffer({ resolveWithObject: true });
  return isLikelyText({ width: info.width, height: info.height, pixels: new Uint8Array(data) });
}

it('tells writing from photographs and plain colours', async () => {
  expect(await looksAt(drawText(['The sluice gate sticks', 'in a hard frost.']))).toBe(true);
  expect(await looksAt(drawText(['The sluice gate sticks', 'in a hard frost.']).negate())).toBe(true);
  expect(await looksAt(drawScene())).toBe(false);
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
  const { default: sharp } = await import('sharp');
  const photograph = sharp({ create: { width: 400, height: 300, channels: 3, background: 'grey', noise } }).blur(3);
  expect(await looksAt(photograph.normalise())).toBe(false);
});
