import type { SearchLeg } from '#shared/api/search.ts';
import type { Bm25Answer } from '#shared/bm25/search-bm25.ts';
import type { VectorAnswer } from '#shared/ports/vector-index.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import { tokenize } from '#shared/text/tokenize.ts';

/** What about a query, or what it found, makes words, meaning or pictures count for more than by themselves. */
export type QueryIntent = 'identifier' | 'phrase' | 'rare-term' | 'question' | 'description';

/** Twice: two legs of words then outweigh a model's half, and meaning still has its say. */
const WORDS_FACTOR = 2;
const MEANING_FACTOR = 1.5;
/** Twice two thirds of what all texts' legs weigh: the picture that fits best then comes before every passage. */
const PICTURE_FACTOR = 2;
/** A term is rare when one passage of so many holds it. */
const RARE_AMONG = 1_000;
const FEWEST_PASSAGES = 100;

const WORDED: ReadonlySet<QueryIntent> = new Set(['identifier', 'phrase', 'rare-term']);
const QUESTION_WORDS = new Set(
  [
    'what who whom whose which when where why how is are was were do does did can could should would will may',
    'was wer wen wem wessen welche welcher welches wann wo warum wieso wie woher wohin ist sind kann darf muss',
    'que quoi qui quand où pourquoi comment combien quel quelle quels quelles est-ce',
    'qué quién quiénes cuándo dónde cómo cuánto cuál cuáles por',
    'cosa chi quando dove perché come quanto quale quali',
  ].flatMap((line) => line.split(' ')),
);
const FEWEST_QUESTION_WORDS = 3;

/** Tells by its form where a query leans. A question that holds an identifier or a phrase asks for it. */
export function intentsOf({ text, phrases }: ParsedQuery): QueryIntent[] {
  const reasons: QueryIntent[] = [];
  if ([...tokenize(text)].some(isIdentifier)) reasons.push('identifier');
  if (phrases.length > 0) reasons.push('phrase');
  if (reasons.length === 0 && isQuestion(text)) reasons.push('question');
  return reasons;
}

/** Years and small numbers are plain words; what holds letters and digits or signs is not. */
function isIdentifier({ text, kind }: { text: string; kind: string }): boolean {
  return kind === 'whole' || (kind === 'code' && /\p{L}/u.test(text)) || /^\p{N}{5,}$/u.test(text);
}

function isQuestion(text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length < FEWEST_QUESTION_WORDS) return false;
  return /[?？؟]\s*$/u.test(text) || QUESTION_WORDS.has(words[0] ?? '');
}

/** Tells by what was found where a query leans: only the index knows. */
export function intentsOfAnswers({
  bm25,
  vectors,
}: {
  bm25: Bm25Answer | undefined;
  vectors: VectorAnswer;
}): QueryIntent[] {
  if (!bm25) return [];
  if (hasRareTerm(bm25)) return ['rare-term'];
  const isWorded = bm25.hits.length > 0 || (vectors.legs.sparse ?? []).length > 0;
  // Passages are then the nearest in meaning, however far; a picture is found only where it fits.
  return !isWorded && (vectors.legs.image ?? []).length > 0 ? ['description'] : [];
}

/** Whether the rarest word of the query stands in next to no passage. */
function hasRareTerm({ groups, corpus }: Bm25Answer): boolean {
  const rarest = groups[0]?.frequency;
  if (rarest === undefined || groups.length < 2 || corpus.chunks < FEWEST_PASSAGES) return false;
  return rarest <= Math.max(1, corpus.chunks / RARE_AMONG);
}

/** What the legs are worth for this query; `image` as a share of what the others are worth together. */
export function intentWeights(
  base: Readonly<Record<SearchLeg, number>>,
  reasons: readonly QueryIntent[],
): Record<SearchLeg, number> {
  const words = reasons.some((reason) => WORDED.has(reason)) ? WORDS_FACTOR : 1;
  const meaning = reasons.includes('question') ? MEANING_FACTOR : 1;
  return {
    dense: base.dense * meaning,
    sparse: base.sparse * words,
    bm25: base.bm25 * words,
    image: base.image * (reasons.includes('description') ? PICTURE_FACTOR : 1),
  };
}
