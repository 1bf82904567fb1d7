import { expect, it } from 'vitest';
import { timeGrowth } from '#testing/time-growth.ts';
import { markdownHeadings } from './markdown-headings.ts';

function titles(text: string): [number, string][] {
  return markdownHeadings(text).map(({ level, title, offset }) => {
    expect(offset === 0 || text.charAt(offset - 1) === '\n').toBe(true);
    return [level, title];
  });
}

it('finds both kinds of headings', () => {
  expect(titles('# One\ntext\n### Three ###\n\nTwo\n---\n\nOne *again*\n===\n')).toEqual([
    [1, 'One'],
    [3, 'Three'],
    [2, 'Two'],
    [1, 'One again'],
  ]);
});

it('gives offsets of the lines', () => {
  expect(markdownHeadings('x\n\n## Two\n\nThree\n---')).toEqual([
    { offset: 3, level: 2, title: 'Two' },
    { offset: 11, level: 2, title: 'Three' },
  ]);
});

it('leaves fenced code, front matter, tables and rules alone', () => {
  expect(
    titles('---\ntitle: x\n# no\n---\n# yes\n```sh\n# no\n~~~\n# no\n```\n~~~~\n# no\n~~~\n# no\n~~~~\n# yes too'),
  ).toEqual([
    [1, 'yes'],
    [1, 'yes too'],
  ]);
  expect(titles('| a |\n---\n\n- item\n---\n\n---\n#hashtag\n####### seven\n    # code')).toEqual([]);
});

it('keeps the words of a title only', () => {
  expect(titles('# A [link](http://x.y), `code`, snake_case, _em_ and \\* star {#anchor}')).toEqual([
    [1, 'A link, code, snake_case, em and * star'],
  ]);
});

it('leaves out the marks that close a heading, and no others', () => {
  expect(titles('# a #\n# b ##  \n# c#\n# # d\n# e # f #\t\n#\tg\n# h {#i}\n# {#i} j\n# #\n#\n#   \n')).toEqual([
    [1, 'a'],
    [1, 'b'],
    [1, 'c#'],
    [1, '# d'],
    [1, 'e # f'],
    [1, 'g'],
    [1, 'h'],
    [1, '{#i} j'],
    [1, '#'],
  ]);
});

it.each([
  ['spaces', ' ', 'x'],
  ['marks', '#', 'x'],
  ['anchors', '{#', ''],
])('takes a line of many %s in its stride', async (_, unit, end) => {
  const growth = await timeGrowth((count) => markdownHeadings(`# x ${unit.repeat(count)}${end}\n`.repeat(400)), {
    size: 120,
    enough: 8,
  });
  expect(growth).toBeLessThan(8);
});

it('takes a hostile text in its stride', () => {
  const start = performance.now();
  markdownHeadings(`# ${' '.repeat(500_000)}x\n${'`'.repeat(300_000)}\n${'#'.repeat(300_000)}`);
  expect(performance.now() - start).toBeLessThan(1000);
});
