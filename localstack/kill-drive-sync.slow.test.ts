import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKillableSystem, type KillableSystem } from '#localstack/testing/killable-system.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import type { DriveView } from '#shared/api/drive.ts';
import { connectDrive, type TestDrive } from '#testing/google.ts';
import { lasting, newPerson, type Person, renewed, until } from '#testing/person.ts';

/** `OMNIRAG_DRIVE_KILLS` and `OMNIRAG_DRIVE_FILES` ask for more. */
const KILLS = Number(process.env.OMNIRAG_DRIVE_KILLS ?? 1);
const FILES = Number(process.env.OMNIRAG_DRIVE_FILES ?? 12);
/** So that many kills are spread over the sync of many files. */
const LONGEST_LIFE_MS = Math.max(2_000, FILES * 100);
const LIMIT_MS = 120_000 + FILES * 3_000;

interface Kept {
  item_id: string;
  filename: string;
  status: string;
  text: string;
}

let system: KillableSystem;
beforeAll(async () => {
  system = await createKillableSystem({ STAGE_LEASE_SECONDS: '5' });
});
afterAll(() => system.remove());

const name = (n: number): string => `note-${n}.txt`;
const text = (n: number, edition = 1): string => `Note ${n} in its edition ${edition}.`;

/** Waits until the sync has brought a file more than when it was asked first; a kill before would meet no work. */
async function untilAtWork(person: Person): Promise<DriveView> {
  let before: number | undefined;
  return until('the sync to go on', LIMIT_MS, async () => {
    const { counts, ...view } = await person.request<DriveView>('GET', '/drive');
    before ??= counts.files;
    return counts.files > before ? { ...view, counts } : undefined;
  });
}

/** What happens in the Drive between two kills: the log of changes is all that tells of it. */
async function change(drive: TestDrive, expected: Map<string, Omit<Kept, 'status'>>, round: number): Promise<void> {
  const [edited, renamed, removed] = [round * 3, round * 3 + 1, round * 3 + 2].map((n) => n % FILES);
  const put = (n: number, filename: string, words: string) =>
    expected.set(`n-${n}`, { item_id: `n-${n}`, filename, text: words });
  if (edited === undefined || renamed === undefined || removed === undefined) return;
  await drive.edit(`n-${edited}`, { content: text(edited, 2) });
  put(edited, name(edited), text(edited, 2));
  await drive.edit(`n-${renamed}`, { name: `renamed-${renamed}.txt` });
  put(renamed, `renamed-${renamed}.txt`, text(renamed));
  await drive.remove(`n-${removed}`);
  expected.delete(`n-${removed}`);
  const added = FILES + round;
  await drive.create([{ id: `n-${added}`, name: name(added), content: text(added) }]);
  put(added, name(added), text(added));
}

it(`a sync of ${FILES} files that is killed ${KILLS} times ends exact`, {
  timeout: LIMIT_MS + KILLS * 90_000,
}, async () => {
  await system.start();
  let person = await newPerson(system.url);
  const files = Array.from({ length: FILES }, (_, n) => ({ id: `n-${n}`, name: name(n), content: text(n) }));
  const expected = new Map(
    files.map((file) => [file.id, { item_id: file.id, filename: file.name, text: file.content }]),
  );
  const drive = await connectDrive(person, files, (await system.secrets()).GOOGLE_CLIENT_SECRET);

  for (let round = 0; round < KILLS; round += 1) {
    const { counts } = await untilAtWork(person);
    await change(drive, expected, round);
    const lifetime = Math.random() * LONGEST_LIFE_MS;
    await new Promise((resume) => setTimeout(resume, lifetime));
    await system.kill();
    console.info(`kill ${round + 1}: after ${counts.files} of ${FILES} files and ${Math.round(lifetime)} ms`);
    await system.start();
    person = await renewed(person, system.url);
  }
  person = lasting(person, system.url);

  await until('the sync to end', LIMIT_MS, async () => {
    const view = await person.request<DriveView>('GET', '/drive');
    return !view.syncing && view.counts.waiting === 0 ? view : undefined;
  });
  const kept = await until('all files to settle', LIMIT_MS, async () => {
    const rows = await keptFiles(person.id);
    return rows.every(({ status }) => status === 'READY' || status === 'FAILED') ? rows : undefined;
  });
  // One row a file of the Drive: none is missing, none is twice, each has its newest name and text.
  expect(kept).toEqual(
    [...expected.values()]
      .map((file) => ({ ...file, status: 'READY' }))
      .sort((a, b) => (a.item_id < b.item_id ? -1 : 1)),
  );
  await expectOnePointEach(person.id, kept.length);

  // The page token is where the log ends: what changes now is found from there, and nothing else is asked for.
  await drive.control('DELETE', '/requests');
  await drive.edit(`n-${FILES}`, { content: text(FILES, 3) });
  await person.fetch('/drive/sync', { method: 'POST' });
  await until('the edit to arrive', 60_000, async () =>
    (await keptFiles(person.id)).some((file) => file.text === text(FILES, 3)) ? true : undefined,
  );
  const { counts, fetched } = await drive.requests();
  expect(fetched).toEqual([`n-${FILES}`]);
  expect(counts['files.list'] ?? 0).toBe(0);
});

/** The files that came from the Drive, with the text that search sees, one row a chunk. */
function keptFiles(userId: string): Promise<Kept[]> {
  return system.query<Kept>(
    `select external_id as item_id, filename, status, content as text from files
     left join chunks on chunks.file_id = files.id and chunks.generation = files.live_generation
     where files.user_id = $1 and source = 'drive' and deleted_at is null order by external_id collate "C"`,
    [userId],
  );
}

async function expectOnePointEach(userId: string, files: number): Promise<void> {
  const { QDRANT_API_KEY } = await system.secrets();
  const index = createQdrantVectorIndex({
    url: `http://127.0.0.1:${system.ports.QDRANT_PORT}`,
    apiKey: QDRANT_API_KEY,
    collection: 'ragbase_hybrid',
    tenancy: 'collection-per-user',
    timeoutMs: 10_000,
  });
  // Tombstones of deleted files and of former texts wait for leases to end.
  await expect.poll(() => index.count(userId), { timeout: 120_000, interval: 1_000 }).toBe(files);
}
