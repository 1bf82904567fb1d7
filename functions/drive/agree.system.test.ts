import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DriveView } from '#shared/api/drive.ts';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { connectDrive, type TestDrive } from '#testing/google.ts';
import { lasting, newPerson, type Person, until } from '#testing/person.ts';

/** `OMNIRAG_DRIVE_FILES` asks for more: each takes a reading process, a second or so on a busy machine. */
const FILES = Number(process.env.OMNIRAG_DRIVE_FILES ?? 20);
const LIMIT_MS = 60_000 + FILES * 2_000;
const FILES_A_FOLDER = 10;
const FOLDER = 'application/vnd.google-apps.folder';

/** What a file of the Drive should be found as. */
interface Expected {
  name: string;
  /** A word that its folder's files share. */
  group: string;
  /** A word of its newest text. */
  mark: string;
}

const run = `t${randomBytes(4).toString('hex')}`;
const idOf = (n: number): string => `${run}-file-${n}`;
const folderOf = (n: number): string => `${run}-folder-${Math.floor(n / FILES_A_FOLDER)}`;
const textOf = ({ group, mark }: Expected): string => `The log of ${group} says ${mark}.`;

/** Folders in folders, each the parent of two. */
function folders(): object[] {
  const count = Math.ceil(FILES / FILES_A_FOLDER);
  return Array.from({ length: count }, (_, k) => ({
    id: `${run}-folder-${k}`,
    name: `Folder ${k}`,
    mimeType: FOLDER,
    parent: k === 0 ? `${run}-work` : `${run}-folder-${Math.floor((k - 1) / 2)}`,
  }));
}

async function allFiles(person: Person): Promise<FileView[]> {
  const files: FileView[] = [];
  let cursor: string | null = '';
  do {
    const page: { items: FileView[]; nextCursor: string | null } = await person.request(
      'GET',
      `/files?source=drive&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    files.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return files;
}

/** The list and the search name each file of the Drive once, by its newest name and text, and nothing else. */
async function expectAgreement(person: Person, expected: ReadonlyMap<string, Expected>): Promise<void> {
  const listed = await allFiles(person);
  const named = [...expected.values()];
  expect(listed.map(({ filename }) => filename).sort()).toEqual(named.map(({ name }) => name).sort());
  expect(listed.filter(({ status }) => status !== 'READY')).toEqual([]);
  const groups = Map.groupBy(named, ({ group }) => group);
  for (const group of new Set([...groups.keys(), `${run}gone`])) {
    const { results } = await person.request<SearchAnswer>('POST', '/search', {
      query: group,
      mode: 'keyword',
      groupBy: 'file',
      limit: 100,
    });
    const found = results.map(({ filename, text }) => ({ filename, text }));
    const wanted = (groups.get(group) ?? []).map((one) => ({ filename: one.name, text: textOf(one) }));
    const byName = (a: { filename: string }, b: { filename: string }): number => a.filename.localeCompare(b.filename);
    expect(found.sort(byName)).toEqual(wanted.sort(byName));
  }
}

/** One sync, and the ids of the files whose bytes it asked for. */
async function syncOnce(person: Person, drive: TestDrive): Promise<string[]> {
  const mine = async () => (await drive.requests()).fetched.filter((id) => id.startsWith(run));
  const before = (await mine()).length;
  await drive.sync(LIMIT_MS);
  await until('the files to be through the pipeline', LIMIT_MS, async () =>
    (await allFiles(person)).every(({ status }) => status === 'READY' || status === 'FAILED') ? true : undefined,
  );
  return (await mine()).slice(before).sort();
}

it(`${FILES} files in nested folders agree with the Drive after every change, one sync each`, {
  timeout: 120_000 + FILES * 5_000,
}, async () => {
  const person = lasting(await newPerson());
  const expected = new Map<string, Expected>();
  for (let n = 0; n < FILES; n += 1) {
    const group = `${run}group${Math.floor(n / FILES_A_FOLDER)}`;
    expected.set(idOf(n), { name: `note ${n}.txt`, group, mark: `${run}mark${n}` });
  }
  const get = (n: number): Expected => expected.get(idOf(n)) ?? { name: '', group: `${run}gone`, mark: '' };
  const item = (n: number) => ({ id: idOf(n), name: get(n).name, parent: folderOf(n), content: textOf(get(n)) });

  const began = performance.now();
  const drive = await connectDrive(person, [
    { id: `${run}-work`, name: 'Work', mimeType: FOLDER },
    { id: `${run}-elsewhere`, name: 'Elsewhere', mimeType: FOLDER },
    ...folders(),
    ...[...expected.keys()].map((_, n) => item(n)),
  ]);
  expect(await syncOnce(person, drive)).toEqual([...expected.keys()].sort());
  console.info(
    `${FILES} files: the first sync to the last file READY took ${Math.round(performance.now() - began)} ms`,
  );
  await expectAgreement(person, expected);

  const step = async (what: string, fetched: string[]): Promise<void> => {
    const start = performance.now();
    const asked = await syncOnce(person, drive);
    expect(asked, what).toEqual(fetched.sort());
    await expectAgreement(person, expected);
    console.info(`${what}: ${asked.length} of ${FILES} files fetched, ${Math.round(performance.now() - start)} ms`);
  };

  expected.set(idOf(FILES), { name: 'added.txt', group: `${run}group0`, mark: `${run}added` });
  await drive.create([{ ...item(FILES), parent: folderOf(0) }]);
  await step('add', [idOf(FILES)]);

  expected.set(idOf(1), { ...get(1), mark: `${run}edited` });
  await drive.edit(idOf(1), { content: textOf(get(1)) });
  await step('edit', [idOf(1)]);

  expected.set(idOf(2), { ...get(2), name: 'renamed.txt' });
  await drive.edit(idOf(2), { name: 'renamed.txt' });
  await drive.edit(folderOf(0), { name: 'A renamed folder' });
  await step('rename', []);

  await person.request<DriveView>('PATCH', '/drive', { folderIds: [`${run}-work`] });
  await step('choose the folder that holds them all', []);

  const moved = get(3);
  expected.delete(idOf(3));
  await drive.edit(idOf(3), { parent: `${run}-elsewhere` });
  await step('move out', []);
  expected.set(idOf(3), moved);
  await drive.edit(idOf(3), { parent: folderOf(3) });
  await step('move in', [idOf(3)]);

  const trashed = get(4);
  expected.delete(idOf(4));
  await drive.edit(idOf(4), { trashed: true });
  await step('trash', []);
  expected.set(idOf(4), trashed);
  await drive.edit(idOf(4), { trashed: false });
  await step('restore', [idOf(4)]);

  expected.delete(idOf(5));
  await drive.remove(idOf(5));
  await step('delete', []);

  // One that somebody shared lies in no folder that the person sees; it is found only while everything is chosen.
  await person.request<DriveView>('PATCH', '/drive', { folderIds: [] });
  expected.set(idOf(FILES + 1), { name: 'shared.txt', group: `${run}group1`, mark: `${run}shared` });
  await drive.create([{ ...item(FILES + 1), parent: '' }]);
  await step('share', [idOf(FILES + 1)]);
  expected.delete(idOf(FILES + 1));
  await drive.remove(idOf(FILES + 1));
  await step('share-loss', []);

  await step('nothing', []);
});
