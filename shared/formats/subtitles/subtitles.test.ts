import { expect, it } from 'vitest';
import type { Format } from '../format.ts';
import { type ReadDocument, readBytes } from '../testing/read-bytes.ts';
import { SUBTITLES } from './subtitles.ts';

async function read(id: string, source: string): Promise<ReadDocument> {
  const format = SUBTITLES.find((one: Format) => one.id === id);
  if (!format) throw new Error(`There is no format ${id}.`);
  return readBytes(format, source);
}

it('reads SubRip with its seconds', async () => {
  const source =
    '\ufeff1\r\n00:00:01,500 --> 00:00:03,000\r\n{\\an8}<i>The tide</i>\r\nturns at noon.\r\n\r\n' +
    '2\r\n00:05:25,300 --> 00:06:19,300 X1:40 X2:600\r\nI <3 boats & "ropes".\r\n\r\n3\r\n01:00:00,000 --> 01:00:01,000\r\n\r\n';
  const { pages, warnings } = await read('srt', source);
  expect(pages.map(({ text }) => text)).toEqual(['The tide turns at noon. I <3 boats & "ropes".']);
  expect(pages[0]?.place).toEqual({
    kind: 'sound',
    startSeconds: 1.5,
    endSeconds: 379.3,
    segments: [
      { offset: 0, startSeconds: 1.5, endSeconds: 3 },
      { offset: 24, startSeconds: 325.3, endSeconds: 379.3 },
    ],
  });
  expect(warnings).toEqual([]);
});

it('reads those of browsers: who speaks, no notes, styles and readings', async () => {
  const source =
    'WEBVTT - The harbour\n\nNOTE not this\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start\n' +
    '<v Ada Example>Pull <c.loud>the <00:00:01.500>rope</c> &amp; wait</v>\n\n00:02.000 --> 00:03.000\n<ruby>東京<rt>とうきょう</rt></ruby>です\n';
  const { pages } = await read('vtt', source);
  expect(pages[0]?.text).toBe('Ada Example: Pull the rope & wait 東京です');
});

it('tells lines that roll up once', async () => {
  const source =
    'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\none two\n\n00:00:02.000 --> 00:00:02.010\none two\n\n' +
    '00:00:02.010 --> 00:00:04.000\none two\nthree\n\n00:00:09.000 --> 00:00:10.000\nthree\n';
  expect((await read('vtt', source)).pages[0]?.text).toBe('one two three three');
});

it('makes a page of each minute', async () => {
  const cues = Array.from({ length: 180 }, (_, second) => {
    const time = (at: number) =>
      `00:${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')},000`;
    return `${second + 1}\n${time(second)} --> ${time(second + 1)}\nLine ${second}\n`;
  });
  const { pages } = await read('srt', cues.join('\n'));
  expect(pages).toHaveLength(3);
  expect(pages[1]?.place).toMatchObject({ startSeconds: 60, endSeconds: 120 });
});

it('reads what is damaged as far as it goes', async () => {
  expect(await read('srt', 'Just words.')).toMatchObject({
    pages: [{ text: 'Just words.' }],
    warnings: [expect.stringContaining('plain text')],
  });
  const noBlank = '1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:02,000 --> 00:00:03,000\nTwo';
  expect((await read('srt', noBlank)).pages[0]?.text).toBe('One Two');
  expect(
    (await read('srt', Array.from({ length: 20_000 }, (_, line) => `00:00:01,0 --> 00:00:02,0\nx${line}\n`).join('\n')))
      .pages.length,
  ).toBeGreaterThan(10);
});
