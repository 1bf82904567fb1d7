import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomNumbers } from '#testing/random.ts';

/** What one measurement searches: passages in files, and queries. */
export interface Corpus {
  name: string;
  /** Of all its passages; null for words that no language's rules fit. */
  language: string | null;
  /** The passages of each file. */
  files: string[][];
  queries: CorpusQuery[];
}

export interface CorpusQuery {
  kind: string;
  text: string;
  /** Gain of each relevant passage, by its number over all files. */
  gains?: Map<number, number>;
}

const VOCABULARY = 50_000;
const ZIPF_EXPONENT = 1.05;

/** A made-up word for each rank: letters alone, so that no tokenizer takes it apart. */
function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 20; rest > 0; rest = Math.floor(rest / 100)) {
    const syllable = rest % 100;
    word += `${'bcdfghklmnprstvwxyzj'[syllable % 20] ?? ''}${'aeiou'[Math.floor(syllable / 20)] ?? ''}`;
  }
  return word;
}

/** Words as frequent as in natural language (Zipf), passages of 20 to 200 words, files of 1 to 400 passages, most of them short. */
export function syntheticCorpus(passages: number): Corpus {
  const random = randomNumbers(20_260_731);
  const cumulated = new Float64Array(VOCABULARY);
  let total = 0;
  for (let rank = 0; rank < VOCABULARY; rank += 1) {
    total += 1 / (rank + 3) ** ZIPF_EXPONENT;
    cumulated[rank] = total;
  }
  const draw = (): number => {
    const wanted = random() * total;
    let [low, high] = [0, VOCABULARY - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const words = Array.from({ length: VOCABULARY }, (_, rank) => wordOf(rank));
  const frequencies = new Uint32Array(VOCABULARY);
  const files: string[][] = [];
  for (let made = 0; made < passages; ) {
    const size = Math.min(passages - made, Math.ceil(400 * random() ** 4));
    files.push(
      Array.from({ length: size }, () => {
        const ranks = Array.from({ length: 20 + Math.floor(180 * random() ** 1.5) }, draw);
        for (const rank of new Set(ranks)) frequencies[rank] = (frequencies[rank] ?? 0) + 1;
        return ranks.map((rank) => words[rank]).join(' ');
      }),
    );
    made += size;
  }
  const between = (least: number, most: number): string[] =>
    words.filter((_, rank) => {
      const share = (frequencies[rank] ?? 0) / passages;
      return share >= least && share < most;
    });
  const pick = (from: readonly string[], count: number): string[] =>
    Array.from({ length: count }, () => from[Math.floor(random() * from.length)] ?? '');
  const [rare, medium, frequent, common] = [
    between(0.00005, 0.002),
    between(0.002, 0.03),
    between(0.03, 0.12),
    between(0.2, 1),
  ];
  const rounds = Array.from({ length: 20 }, (_, round) => round);
  return {
    name: `${passages.toLocaleString('en')} synthetic passages`,
    // No linguistic content: no stems, no stop words.
    language: 'zxx',
    files,
    queries: [
      ...rounds.map(() => ({ kind: 'rare words', text: pick(rare, 3).join(' ') })),
      ...rounds.map(() => ({
        kind: 'ordinary',
        text: [...pick(rare, 1), ...pick(medium, 2), ...pick(frequent, 1)].join(' '),
      })),
      ...rounds.map(() => ({
        kind: 'a sentence',
        text: [...pick(rare, 2), ...pick(medium, 3), ...pick(frequent, 2), ...pick(common, 3)].join(' '),
      })),
      ...rounds.map(() => ({ kind: 'five common words', text: shuffled(common, random).slice(0, 5).join(' ') })),
    ],
  };
}

function shuffled(from: readonly string[], random: () => number): string[] {
  return from
    .map((word) => ({ word, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ word }) => word);
}

/** @param folder holds corpus.jsonl, queries.jsonl and qrels.tsv, as Cranfield's and BEIR's do; a passage is a file */
export async function judgedCorpus(name: string, folder: string, language: string): Promise<Corpus> {
  const lines = async (file: string): Promise<string[]> =>
    (await readFile(join(folder, file), 'utf8')).split('\n').filter((line) => line !== '');
  const numbers = new Map<string, number>();
  const files = (await lines('corpus.jsonl')).map((line, number) => {
    const { id, title, text } = JSON.parse(line);
    numbers.set(String(id), number);
    return [String(text).startsWith(title) ? String(text) : `${title}\n${text}`];
  });
  const gains = new Map<string, Map<number, number>>();
  for (const line of (await lines('qrels.tsv')).slice(1)) {
    const [query = '', document = '', gain] = line.split('\t');
    const number = numbers.get(document);
    const known = gains.get(query) ?? new Map<number, number>();
    gains.set(query, known);
    if (number !== undefined) known.set(number, Number(gain));
  }
  const queries = (await lines('queries.jsonl')).map((line) => {
    const { id, text } = JSON.parse(line);
    return { kind: 'judged', text: String(text), gains: gains.get(String(id)) ?? new Map<number, number>() };
  });
  return { name, language, files, queries };
}
