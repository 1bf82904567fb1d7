import { expect, it } from 'vitest';
import { busiestPart, type QuarterTurns, turn, turnBack } from './grey-image.ts';

const IMAGE = { width: 3, height: 2, pixels: Uint8Array.from([1, 2, 3, 4, 5, 6]) };

it.each<[QuarterTurns, number, number[]]>([
  [0, 3, [1, 2, 3, 4, 5, 6]],
  [1, 2, [4, 1, 5, 2, 6, 3]],
  [2, 3, [6, 5, 4, 3, 2, 1]],
  [3, 2, [3, 6, 2, 5, 1, 4]],
])('turns by %i quarters, and finds every pixel again', (turns, width, pixels) => {
  const turned = turn(IMAGE, turns);
  expect([...turned.pixels]).toEqual(pixels);
  expect(turned.width).toBe(width);
  turned.pixels.forEach((value, at) => {
    const [x, y] = [at % turned.width, Math.floor(at / turned.width)];
    const { x0, y0, x1, y1 } = turnBack({ x0: x, y0: y, x1: x + 1, y1: y + 1 }, turns, IMAGE);
    expect([x1 - x0, y1 - y0, IMAGE.pixels[y0 * IMAGE.width + x0]]).toEqual([1, 1, value]);
  });
});

it('finds the part in which something is written', () => {
  const pixels = new Uint8Array(100 * 80).fill(255);
  for (let x = 60; x < 95; x += 2) for (let y = 45; y < 75; y++) pixels[y * 100 + x] = 0;
  const part = busiestPart({ width: 100, height: 80, pixels }, 40);
  expect([part.width, part.height]).toEqual([40, 40]);
  expect(part.pixels.filter((value) => value === 0).length).toBeGreaterThan(400);
});
