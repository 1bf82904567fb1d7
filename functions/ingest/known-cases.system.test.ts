import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** Files and questions that other programs failed, and the right answers: not ours. */
const folder = process.env.OMNIRAG_CASES;
if (!folder)
  console.warn('NOT TESTED: inputs that other programs failed. Set OMNIRAG_CASES to the folder of cases.json.');

type Mode = 'keyword' | 'hybrid';

interface FileCase {
  file: string;
  why: string;
  expect: {
    textIncludes?: string[];
    textExcludes?: string[];
    /** Each stands in the text after the one before. */
    textOrder?: string[];
    childNames?: string[];
    queries?: { q: string; mode?: Mode }[];
  };
}

interface QueryCase {
  query: string;
  mode: Mode;
  /** A name of the corpus, or the beginning of some. */
  firstHit: string;
}

interface Cases {
  corpus: Record<string, string>;
  cases: (FileCase | QueryCase)[];
}

const known: Cases = folder ? JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) : { corpus: {}, cases: [] };
const fileCases = known.cases.filter((one): one is FileCase => 'file' in one);
const queryCases = known.cases.filter((one): one is QueryCase => 'query' in one);

/** A question about a file finds it before most others: some hold the same words. */
const MOST_RANK = 3;

interface Stored {
  file: FileView;
  children: FileView[];
  text: string;
}

async function textOf(person: Person, id: string): Promise<string> {
  const { pages } = await person.request<{ pages: { text: string }[] }>('GET', `/files/${id}/text`);
  // A sentence goes on over the end of a line.
  return pages
    .map(({ text }) => text)
    .join('\n\n')
    .replace(/\s+/g, ' ');
}

async function store(person: Person, name: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<Stored> {
  const { id } = await uploadBytes(person, name, bytes);
  const file = await untilSettled(person, id, 120_000);
  const { items } = await person.request<{ items: FileView[] }>('GET', `/files?parent=${id}`);
  const children = await Promise.all(items.map((child) => untilSettled(person, child.id, 120_000)));
  const texts = await Promise.all([file, ...children].map((one) => textOf(person, one.id)));
  return { file, children, text: texts.join('\n\n') };
}

describe.skipIf(!folder)('a file that other programs read wrongly', () => {
  let person: Person;
  beforeAll(async () => {
    person = await newPerson();
  });

  it('is given for each case', () => {
    const given = readdirSync(folder ?? '').filter((name) => name !== 'cases.json');
    expect(fileCases.map(({ file }) => file).sort()).toEqual(given.sort());
  });

  it.each(fileCases)('$file: $why', { timeout: 120_000 }, async ({ file: name, expect: expected }) => {
    const { file, children, text } = await store(
      person,
      name,
      new Uint8Array(await readFile(join(folder ?? '', name))),
    );
    expect(file).toMatchObject({ status: 'READY', error: null });
    for (const part of expected.textIncludes ?? []) expect(text).toContain(part);
    for (const part of expected.textExcludes ?? []) expect(text).not.toContain(part);
    let from = 0;
    for (const part of expected.textOrder ?? []) {
      expect(text.slice(from)).toContain(part);
      from = text.indexOf(part, from) + part.length;
    }
    const names = children.map(({ pathInParent }) => pathInParent);
    for (const child of expected.childNames ?? []) expect(names).toContain(child);
    for (const { q: query, mode = 'hybrid' } of expected.queries ?? []) {
      const { results } = await person.search({ query, mode });
      const own = [file, ...children].map(({ id }) => id);
      const rank = 1 + results.findIndex(({ fileId }) => own.includes(fileId));
      expect(rank, `${mode} '${query}'`).toBeGreaterThanOrEqual(1);
      expect(rank, `${mode} '${query}'`).toBeLessThanOrEqual(MOST_RANK);
    }
  });
});

describe.skipIf(!folder)('a question that other programs answer wrongly', () => {
  let person: Person;
  beforeAll(async () => {
    person = await newPerson();
    await Promise.all(Object.entries(known.corpus).map(([name, text]) => store(person, name, text)));
  }, 240_000);

  it.each(queryCases)('$mode: $query', async ({ query, mode, firstHit }) => {
    const { results } = await person.search({ query, mode });
    expect(results[0]?.filename).toMatch(firstHit);
    expect(results[0]?.filename.startsWith(firstHit)).toBe(true);
  });
});
