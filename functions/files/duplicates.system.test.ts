import { createHash, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { newPerson, type Person, until, untilSettled, uploadBytes } from '#testing/person.ts';

const text = () => `The lighthouse ${randomUUID()} is painted white.`;

async function untilDuplicate(person: Person, id: string): Promise<FileView> {
  return until(`file ${id} to be a duplicate`, 30_000, async () => {
    const file = await person.file(id);
    return file.duplicateOf === undefined ? undefined : file;
  });
}

async function untilFailed(person: Person, id: string): Promise<FileView> {
  return until(`file ${id} to fail`, 30_000, async () => {
    const file = await person.file(id);
    return file.status === 'FAILED' ? file : undefined;
  });
}

const foundIn = async (person: Person, query: string): Promise<string[]> =>
  (await person.search({ query })).results.map(({ fileId }) => fileId);

it('newer bytes of an original that are refused are nothing to its duplicates, and no text is found twice', async () => {
  const person = await newPerson();
  const words = text();
  const original = await uploadBytes(person, 'report.txt', words, { externalId: 'report' });
  await untilSettled(person, original.id);
  const copy = await uploadBytes(person, 'copy.txt', words);
  expect(await untilDuplicate(person, copy.id)).toMatchObject({ duplicateOf: original.id, status: 'READY' });

  const sha256 = createHash('sha256').update('other bytes').digest('hex');
  await uploadBytes(person, 'report.txt', text(), { externalId: 'report', sha256 });
  expect(await untilFailed(person, original.id)).toMatchObject({ error: { code: 'CHECKSUM_MISMATCH' } });
  expect(await person.file(copy.id)).toMatchObject({ status: 'READY', error: null });
  const another = await uploadBytes(person, 'another.txt', words);
  expect(await untilDuplicate(person, another.id)).toMatchObject({ duplicateOf: original.id, status: 'READY' });
  expect(await foundIn(person, words)).toEqual([original.id]);

  // The bytes that it holds, once more: it is well again.
  await uploadBytes(person, 'report.txt', words, { externalId: 'report' });
  await until('the original to be well', 30_000, async () =>
    (await person.file(original.id)).status === 'READY' ? true : undefined,
  );
  expect(await person.file(original.id)).toMatchObject({ status: 'READY', error: null });
  expect((await person.file(copy.id)).duplicateOf).toBe(original.id);
});

it('a text that another file holds by now is not found in the one that held it before', async () => {
  const person = await newPerson();
  const words = text();
  const original = await uploadBytes(person, 'report.txt', words, { externalId: 'report' });
  await untilSettled(person, original.id);
  const copy = await uploadBytes(person, 'copy.txt', words);
  await untilDuplicate(person, copy.id);
  await uploadBytes(person, 'report.pdf', '%PDF-1.7\nno page, no table, no end', { externalId: 'report' });
  await untilFailed(person, original.id);
  const heir = await until('the copy to stand alone', 30_000, async () => {
    const file = await person.file(copy.id);
    return file.status === 'READY' && file.duplicateOf === undefined ? file : undefined;
  });
  expect(await foundIn(person, words)).toEqual([heir.id]);
});
