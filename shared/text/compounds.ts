/** A part of a word; offsets are UTF-16 units in the word. */
export interface WordPart {
  text: string;
  start: number;
}

// After these endings German joins the next part with an s, always; elsewhere only a dictionary knows where parts begin.
// What goes on with `ch` may as well begin with `sch`.
const JOINT =
  /(?<=\p{L}{2}(?:ung|heit|keit|schaft|tion|tät|ling|tum)|arbeit|dienst|fahrt|geburt|gericht|staat)s(?!ch)(?=\p{L}{4})/giu;
/** Shorter words of a language that nobody could tell may be English: `relationships`. */
const SHORTEST_GERMAN = 15;

/** The parts of a German compound, as far as its joints show them; none when it has no such joint. */
export function germanParts(word: string): WordPart[] {
  const parts: WordPart[] = [];
  let start = 0;
  for (const { 0: joint, index } of word.matchAll(JOINT)) {
    parts.push({ text: word.slice(start, index), start });
    start = index + joint.length;
  }
  if (parts.length > 0) parts.push({ text: word.slice(start), start });
  return parts;
}

/** As {@link germanParts}, of a word that may be of another language. */
export function likelyGermanParts(word: string): WordPart[] {
  return word.length < SHORTEST_GERMAN ? [] : germanParts(word);
}
