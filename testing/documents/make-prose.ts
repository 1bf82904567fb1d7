import { randomNumbers } from '#testing/random.ts';

const SUBJECTS =
  'the board|the group|our northern division|the audit committee|management|the harbour authority|the supplier|each subsidiary|the pension fund|the auditor|the new terminal|our customers|the regulator|the joint venture|the maintenance crew'.split(
    '|',
  );
const VERBS =
  'approved|reviewed|reduced|extended|completed|postponed|measured|financed|acquired|restructured|reported|renewed|inspected|insured|replaced'.split(
    '|',
  );
const OBJECTS =
  'the capital expenditure plan|the quarterly dividend|a portfolio of leased cranes|the impairment test of goodwill|the revolving credit facility|the emissions inventory|the collective wage agreement|the risk register|the dredging contract|the cold storage warehouse|the deferred tax assets|the fleet of pilot boats|the supplier code of conduct|the actuarial assumptions|the electronic customs system'.split(
    '|',
  );
const CIRCUMSTANCES =
  'in the second half of the year|after consultation with the works council|despite higher fuel prices|in line with the guidance given in March|subject to approval by the shareholders|because demand in the Baltic region recovered|at an average interest rate of|with effect from the first of January|over the remaining useful life|before currency effects'.split(
    '|',
  );

/** Sentences that read like a report, no two pages alike; the same for the same seed. */
export function createProse(seed: number): {
  sentence(): string;
  paragraph(sentences: number): string;
  below(most: number): number;
} {
  const random = randomNumbers(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const pick = (words: readonly string[]): string => words[below(words.length)] ?? '';
  const amount = (): string => `${below(900) + 10}.${below(10)} million`;
  const sentence = (): string => {
    const clause = `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)}`;
    const tail =
      below(2) === 0
        ? ` ${pick(CIRCUMSTANCES)} ${below(9) + 1}.${below(10)} %`
        : ` for ${amount()} ${pick(CIRCUMSTANCES)}`;
    return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${tail}, note ${below(60) + 1}.`;
  };
  return { sentence, below, paragraph: (sentences) => Array.from({ length: sentences }, sentence).join(' ') };
}
