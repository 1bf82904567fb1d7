import { readTags } from '../html/html-tags.ts';
import type { Segment } from '../sound/speech-spans.ts';

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})`;
const TIMES = new RegExp(`^\\s*${TIME}\\s*--+>\\s*${TIME}(?:\\s.*)?$`);
/** How a line is placed and drawn, as some programs write it into SubRip. */
const DRAWING = /\{\\[^{}]{0,200}\}/g;
/** When each word of a line is said. */
const WORD_TIMES = /<\d[\d:.]{0,20}>/g;
const SPEAKER = /<v(?:\.[^\s<>]{0,100})?\s+([^<>]{1,200})>/g;
/** Lines that roll up are told again by the next cue, which begins when the one before ends. */
const SAME_MOMENT = 0.25;

/** The lines of subtitles with their seconds, in the order of the file. @param source cleaned */
export function readCues(source: string): Segment[] {
  const lines = source.split('\n');
  const cues: Segment[] = [];
  let shown: { lines: readonly string[]; endSeconds: number } = { lines: [], endSeconds: 0 };
  let at = 0;
  while (at < lines.length) {
    const times = timesOf(lines[at] ?? '');
    at += 1;
    if (times === undefined) continue;
    const own: string[] = [];
    // A line of times ends a cue, too; before it stands the number or the name of the next.
    while (at < lines.length && lines[at]?.trim() !== '' && timesOf(lines[at] ?? '') === undefined) {
      own.push(lines[at] ?? '');
      at += 1;
    }
    if (at < lines.length && timesOf(lines[at] ?? '') !== undefined && own.length > 0) own.pop();
    const said = textOf(own.join('\n')).filter((line) => line !== '');
    const isRolling = times.startSeconds <= shown.endSeconds + SAME_MOMENT;
    const fresh = isRolling ? said.slice(repeated(shown.lines, said)) : said;
    shown = { lines: said, endSeconds: times.endSeconds };
    if (fresh.length > 0) cues.push({ ...times, text: fresh.join(' ') });
  }
  return cues;
}

/** How many lines at the beginning are those that the cue before ended with. */
function repeated(before: readonly string[], now: readonly string[]): number {
  for (let count = Math.min(before.length, now.length, 4); count > 0; count--) {
    if (now.slice(0, count).every((line, index) => line === before[before.length - count + index])) return count;
  }
  return 0;
}

function timesOf(line: string): { startSeconds: number; endSeconds: number } | undefined {
  const match = line.includes('--') && line.length < 1_000 ? TIMES.exec(line) : null;
  if (match === null) return undefined;
  const [startSeconds, endSeconds] = [seconds(match.slice(1, 5)), seconds(match.slice(5, 9))];
  return { startSeconds, endSeconds: Math.max(startSeconds, endSeconds) };
}

function seconds([hours = '0', minutes = '0', whole = '0', fraction = '0']: readonly (string | undefined)[]): number {
  const exact = Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(`0.${fraction}`);
  return Math.round(exact * 100) / 100;
}

/** Without marks; who speaks stands before what is said. */
function textOf(raw: string): string[] {
  const pieces: string[] = [];
  let readings = 0;
  readTags(raw.replace(DRAWING, '').replace(WORD_TIMES, '').replace(SPEAKER, '$1: '), {
    open(name) {
      if (name === 'rt') readings += 1;
      if (name === 'br') pieces.push('\n');
    },
    text(text) {
      if (readings === 0) pieces.push(text);
    },
    close(name) {
      if (name === 'rt') readings -= 1;
    },
  });
  return pieces
    .join('')
    .split('\n')
    .map((line) => line.trim());
}
