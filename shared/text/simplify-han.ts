import traditionalToSimplified from 'opencc-js/dict/TSCharacters';

// Pairs as `萬 万|與 与`; of several simplified characters the most usual one is first.
const HAN = /\p{sc=Han}/u;

let simplified: ReadonlyMap<string, string> | undefined;

/** Character by character: words are compared so, not shown. */
export function simplifyHan(word: string): string {
  if (!HAN.test(word)) return word;
  simplified ??= readPairs();
  let result = '';
  for (const character of word) result += simplified.get(character) ?? character;
  return result;
}

function readPairs(): ReadonlyMap<string, string> {
  const pairs = traditionalToSimplified.split('|').map((pair): [string, string] => {
    const [traditional = '', simple = traditional] = pair.split(' ');
    return [traditional, simple];
  });
  return new Map(pairs);
}
