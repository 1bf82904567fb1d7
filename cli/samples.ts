import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const FOLDER = new URL('../samples/', import.meta.url);

const questions = z.array(z.object({ question: z.string(), file: z.string() })).min(1);

/** The documents shipped with the product, and the first of the questions that they answer. */
export async function readSamples(): Promise<{ paths: string[]; query: string }> {
  const list = questions.parse(JSON.parse(await readFile(new URL('questions.json', FOLDER), 'utf8')));
  const names = [...new Set(list.map(({ file }) => file))];
  return { paths: names.map((name) => fileURLToPath(new URL(name, FOLDER))), query: list[0]?.question ?? '' };
}
