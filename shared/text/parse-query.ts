/** A query taken apart at its operators: `"a phrase"`, `-term`, `-"a phrase"`, `prefix*`. */
export interface ParsedQuery {
  /** What is asked for, without operators and what they exclude: phrases stand here as plain words too. */
  text: string;
  /** Every result must hold each of these, word for word. */
  phrases: string[];
  /** No result may hold one of these. */
  excluded: string[];
  /** Beginnings of words. */
  prefixes: string[];
  /** Whether the last word of the text may be a beginning: it is still being typed. */
  isUnfinished?: boolean;
}

// Quotes open at the beginning of a word and close at the end of one: `6" pipe, 4" pipe` asks for no phrase.
const PIECE = /(?<=^|[\s(,])(-?)["“„]([^"“”„]+)["”“](?=$|[\s),.;:!?])|(\S+)/gu;
const EXCLUDED = /^-(?=[\p{L}\p{N}_])(.+)$/u;
const PREFIX = /^["“„(]*([\p{L}\p{N}\p{M}_]{2,})\*$/u;

/** Never fails: what is no operator is text. @param isTyping whether the query may go on */
export function parseQuery(query: string, isTyping = false): ParsedQuery {
  const parsed: ParsedQuery = { text: '', phrases: [], excluded: [], prefixes: [] };
  let last: string | undefined;
  const words: string[] = [];
  for (const [, minus, phrase, word] of query.matchAll(PIECE)) {
    last = word;
    if (phrase !== undefined) {
      if (minus) parsed.excluded.push(phrase);
      else {
        parsed.phrases.push(phrase);
        words.push(phrase);
      }
      continue;
    }
    const excluded = EXCLUDED.exec(word ?? '')?.[1];
    const prefix = PREFIX.exec(word ?? '')?.[1];
    if (excluded !== undefined) parsed.excluded.push(excluded);
    else if (prefix !== undefined) parsed.prefixes.push(prefix);
    else if (word !== undefined) words.push(word);
  }
  parsed.text = words.join(' ');
  if (isTyping && last !== undefined && last === words.at(-1)) parsed.isUnfinished = true;
  return parsed;
}
