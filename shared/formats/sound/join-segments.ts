import { cleanText } from '../text/clean-text.ts';
import type { Segment } from './speech-spans.ts';

/** Scripts that put no space between sentences. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}。、！？」』）]/u;

/** What was said as one text, and where in it each stretch begins. */
export function joinSegments(said: readonly Segment[]) {
  let text = '';
  const segments: { offset: number; startSeconds: number; endSeconds: number }[] = [];
  for (const { startSeconds, endSeconds, text: raw } of said) {
    const words = cleanText(raw).replace(/\s+/g, ' ').trim();
    if (words === '') continue;
    const glued = text === '' || (UNSPACED.test(text.at(-1) ?? '') && UNSPACED.test(words.charAt(0)));
    if (!glued) text += ' ';
    segments.push({ offset: text.length, startSeconds, endSeconds });
    text += words;
  }
  return { text, segments };
}
