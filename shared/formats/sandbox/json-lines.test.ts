import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readJsonLines } from './json-lines.ts';

function read(chunks: string[], mostChars = 100): { values: unknown[]; nonsense: number } {
  const stream = new PassThrough();
  const heard = { values: [] as unknown[], nonsense: 0 };
  readJsonLines(
    stream,
    mostChars,
    (value) => heard.values.push(value),
    () => {
      heard.nonsense += 1;
    },
  );
  for (const chunk of chunks) stream.emit('data', chunk);
  return heard;
}

it('reads values however they are cut into pieces', () => {
  expect(read(['{"a"', ':1}\n{"b":', '2}\n', '3\n4\n'])).toEqual({ values: [{ a: 1 }, { b: 2 }, 3, 4], nonsense: 0 });
});

it('hears nothing more after a line that is no value', () => {
  expect(read(['1\nnot json\n2\n', '3\n'])).toEqual({ values: [1], nonsense: 1 });
});

it('keeps no line that is too long, even one that never ends', () => {
  expect(read(['1\n', 'x'.repeat(60), 'x'.repeat(60), 'x'.repeat(60), '\n2\n'])).toEqual({ values: [1], nonsense: 1 });
});
