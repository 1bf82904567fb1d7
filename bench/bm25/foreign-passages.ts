import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands in English in letters, forms and contracts of other languages: next to nothing but function words. */
const BOILERPLATE = [
  'What is it that is asked for? If you are one of those who have been here before, this is all that is to be done.',
  'There are no further rules for those who have been here before, and this is all that is to be done by them.',
  'You are subject to what is set by the other, and it is up to you to ask for it in time before you have it.',
  'How is this to be done, and what are the ones that have been there for more than the others?',
  'It has been so for all who were there; what was said about that is what it is, and no more than that.',
  'Which of these can be had, and from whom? Where are they, and how do they do what they are to do?',
];

/** @param folder of a judged collection in another language @returns some of its passages, each with English words behind it */
export async function foreignPassages(folder: string, count: number): Promise<string[]> {
  const lines = (await readFile(join(folder, 'corpus.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
  return lines
    .slice(0, count)
    .map((line, at) => `${String(JSON.parse(line).text)} ${BOILERPLATE[at % BOILERPLATE.length] ?? ''}`);
}
