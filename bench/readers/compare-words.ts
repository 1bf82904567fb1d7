/** What one reader found in one file. */
export interface Reading {
  reader: string;
  text: string;
}

export interface WordCounts {
  /** Words that some reader of the others found; where there are three or more, at least two of them. */
  words: number;
  missed: number;
  /** Words that nobody else found. */
  invented: number;
  /** Of how many words of its own. */
  own: number;
}

/** Letters and digits in a row, however they are composed or cased; Chinese and the like by their characters. */
export function wordsOf(text: string): Set<string> {
  const plain = text
    .normalize('NFKC')
    .replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .toLowerCase();
  return new Set(plain.match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

/** Each reader beside all others; a word counts once in a file, so that repeated headers are no invention. */
export function compareWords(readings: readonly Reading[]): Map<string, WordCounts> {
  const found = readings.map(({ reader, text }) => ({ reader, words: wordsOf(text) }));
  return new Map(
    found.map(({ reader, words }) => {
      const others = found.filter((other) => other.reader !== reader);
      const counts = new Map<string, number>();
      for (const other of others) for (const word of other.words) counts.set(word, (counts.get(word) ?? 0) + 1);
      const enough = others.length >= 3 ? 2 : 1;
      const certain = [...counts].filter(([, count]) => count >= enough).map(([word]) => word);
      return [
        reader,
        {
          words: certain.length,
          missed: certain.filter((word) => !words.has(word)).length,
          invented: [...words].filter((word) => !counts.has(word)).length,
          own: words.size,
        },
      ];
    }),
  );
}
