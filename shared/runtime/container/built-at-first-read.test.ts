import { expect, it } from 'vitest';
import { type Builders, builtAtFirstRead, withParts } from './built-at-first-read.ts';

interface Parts {
  length: number;
  text: string;
  unused: string;
}

function parts() {
  const built: string[] = [];
  const noting = <T>(name: string, value: T): T => {
    built.push(name);
    return value;
  };
  const builders: Builders<Parts> = {
    length: ({ text }) => noting('length', text.length),
    text: () => noting('text', 'four'),
    unused: () => noting('unused', ''),
  };
  return { built, whole: builtAtFirstRead(builders) };
}

it('a part is built at the first read, after those that it reads itself, and once', () => {
  const { built, whole } = parts();
  expect(built).toEqual([]);
  expect([whole.length, whole.length, whole.text]).toEqual([4, 4, 'four']);
  expect(built).toEqual(['text', 'length']);
});

it('a part that could not be built is tried again', () => {
  let attempts = 0;
  const whole = builtAtFirstRead<{ part: number }>({
    part() {
      attempts += 1;
      if (attempts === 1) throw new Error('not yet');
      return attempts;
    },
  });
  expect(() => whole.part).toThrow('not yet');
  expect(whole.part).toBe(2);
});

it('other parts take the place of some, which builds none and shares the rest', () => {
  const { built, whole } = parts();
  const other = withParts(whole, { text: 'another' });
  expect(built).toEqual([]);
  expect([other.text, other.length, whole.text]).toEqual(['another', 4, 'four']);
  expect(built).toEqual(['text', 'length']);
});
