/** What stands for a text that is told in another part: short, and about how it is shown. */
const STUB_WORDS = 60;
const ABOUT_SHOWING = [
  /\bx?html\b/i,
  /\b(?:web)?browser\b|\bnavegador\b|\bnavigateur\b/i,
  /\b(?:e-?)?mail[- ]?(?:client|program|programm|programme|reader|viewer|app|software)\b/i,
  /\brich text\b/i,
];
/** Words that are compared; longer texts are known by their beginning. */
const MOST_WORDS = 20_000;
/** Scripts without spaces are compared letter by letter. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}]+/gu;
/** From this share of one's words in the other on, it says nothing of its own. */
const SAME = 0.9;
const MOSTLY = 0.6;

/** More of one text are told one after the other: comparing each with all would take too long. */
const MOST_COMPARED = 10;

/** The text of a mail that has it in several ways, the plainest first. */
export function bestOf(texts: readonly string[]): string {
  const best = texts.slice(0, MOST_COMPARED).reduce(bestText, '');
  return [best, ...texts.slice(MOST_COMPARED)].filter((text) => text !== '').join('\n\n');
}

/**
 * The text of a mail that has it twice, plain and as a page. Both are told only where each says something of its own.
 */
export function bestText(plain: string, rich: string): string {
  if (plain === '' || rich === '') return plain || rich;
  const [inPlain, inRich] = [wordsOf(plain), wordsOf(rich)];
  if (share(inRich, inPlain) >= SAME) return plain;
  if (share(inPlain, inRich) >= MOSTLY || isStub(plain, rich)) return rich;
  if (inRich.size < inPlain.size && isStub(rich, plain)) return plain;
  return `${rich}\n\n${plain}`;
}

function isStub(text: string, other: string): boolean {
  if ((text.match(WORDS)?.length ?? 0) > STUB_WORDS) return false;
  const about = ABOUT_SHOWING.find((pattern) => pattern.test(text));
  return about !== undefined && !about.test(other);
}

function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(WORDS)) {
    words.add(word);
    if (words.size >= MOST_WORDS) break;
  }
  return words;
}

/** How much of the one is in the other. */
function share(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  if (words.size === 0) return 1;
  let common = 0;
  for (const word of words) if (others.has(word)) common += 1;
  return common / words.size;
}
