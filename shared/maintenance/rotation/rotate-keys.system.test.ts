import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { encryptField } from '#shared/crypto/field-cipher.ts';
import { headerKeyId } from '#shared/crypto/file-key.ts';
import { type Keyring, parseKeyring } from '#shared/crypto/keyring.ts';
import { saveConnection } from '#shared/db/drive-connections-repository.ts';
import { insertPages } from '#shared/db/pages-repository.ts';
import { readRefreshToken, tokenPlace } from '#shared/drive/refresh-token.ts';
import { createContentStore, type StoredFile } from '#shared/vault/content-store.ts';
import { createPreviewStore } from '#shared/vault/preview-store.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { rewrapObject } from './rewrap-object.ts';
import { rotateKeys } from './rotate-keys.ts';
import { storedObjects } from './stored-objects.ts';

const MIB = 1024 ** 2;
const FILES = 12;
/** One that goes up in several parts. */
const LARGE_BYTES = 18 * MIB;
const READERS = 4;
const { env } = inject('system');
const oldHex = randomBytes(32).toString('hex');
const newHex = randomBytes(32).toString('hex');
const newList = `second:${newHex}`;
const oldAlone = parseKeyring({ APP_ENCRYPTION_KEY: oldHex });
const both = parseKeyring({ APP_ENCRYPTION_KEYS: newList, APP_ENCRYPTION_KEY: oldHex });
const newAlone = parseKeyring({ APP_ENCRYPTION_KEYS: newList });
const TOKEN = 'a refresh token of Google';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ APP_ENCRYPTION_KEY: oldHex });
});
afterAll(() => container.close());

interface Stored {
  userId: string;
  files: { row: StoredFile; bytes: Buffer }[];
  preview: { place: { userId: string; fileId: string; generation: number; page: number }; key: string; bytes: Buffer };
}

/** A person with files, the small copy of a picture, an archive and a connected Drive, all under the old key. */
async function store(): Promise<Stored> {
  const { everyone, storage } = container;
  const userId = await insertTestUser(everyone);
  const content = createContentStore(storage, oldAlone);
  const files: Stored['files'] = [];
  for (let index = 0; index < FILES; index += 1) {
    const { fileId } = await insertEmbeddedFile(everyone, userId, { chunks: 1 });
    const bytes = randomBytes(index === 0 ? LARGE_BYTES : 100 + index * 100_000);
    const key = `files/${userId}/${fileId}/1-${randomUUID()}`;
    const row = { id: fileId, user_id: userId, size: bytes.length, content_generation: 1, content_key: key };
    await content.write(
      row,
      1,
      key,
      (async function* () {
        yield bytes;
      })(),
    );
    await everyone.updateTable('files').set({ size: row.size, content_key: key }).where('id', '=', fileId).execute();
    files.push({ row, bytes });
  }
  const place = { userId, fileId: files[1]?.row.id ?? '', generation: 1, page: 7 };
  const bytes = randomBytes(5_000);
  const key = await createPreviewStore(storage, oldAlone).write(place, bytes);
  await insertPages(everyone, place, [{ number: 7, text: '', headings: [], charOffset: 0, pictureKey: key }]);
  const archive = { id: randomUUID(), key: `exports/${userId}/${randomUUID()}-1` };
  await content.write(
    { id: archive.id, user_id: userId },
    1,
    archive.key,
    (async function* () {
      yield bytes;
    })(),
  );
  const times = { requested_at: new Date(), expires_at: new Date(Date.now() + 1e6), lease_expires_at: null };
  await everyone
    .insertInto('exports')
    .values({ user_id: userId, id: archive.id, status: 'READY', object_key: archive.key, size: 5_000, ...times })
    .execute();
  const token = encryptField(oldAlone, TOKEN, tokenPlace(userId));
  await saveConnection(everyone, { userId, id: randomUUID(), account: 'a@example.org', token });
  return { userId, files, preview: { place, key, bytes } };
}

async function keyIds(userId: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of storedObjects(container.db, userId)) {
    const head = await container.storage.read('storage', key, { range: { start: 0, end: 144 } });
    if (head) ids.push(headerKeyId(await buffer(head.body)));
  }
  return ids;
}

async function readAll(stored: Stored, keyring: Keyring): Promise<void> {
  const content = createContentStore(container.storage, keyring);
  for (const { row, bytes } of stored.files) {
    const body = await content.read(row);
    expect(body && (await buffer(body)).equals(bytes), row.id).toBe(true);
  }
  const { place, key, bytes } = stored.preview;
  expect((await createPreviewStore(container.storage, keyring).read(place, key))?.equals(bytes)).toBe(true);
  const row = await container.everyone
    .selectFrom('drive_connections')
    .selectAll()
    .where('user_id', '=', stored.userId)
    .executeTakeFirstOrThrow();
  expect(readRefreshToken(keyring, row)).toBe(TOKEN);
}

/** Reads whole files and ranges of them, at random, until told to stop. @returns how many reads were right */
async function keepReading(stored: Stored, isOver: () => boolean): Promise<number> {
  const content = createContentStore(container.storage, both);
  let reads = 0;
  while (!isOver()) {
    const { row, bytes } = stored.files[Math.floor(Math.random() * FILES)] ?? {};
    if (!row || !bytes) throw new Error('There are no files.');
    const start = Math.floor(Math.random() * bytes.length);
    const end = Math.min(bytes.length - 1, start + 2 * MIB);
    const body = await (reads % 2 === 0 ? content.read(row) : content.readRange(row, { start, end }));
    const read = body && (await buffer(body));
    expect(read?.equals(reads % 2 === 0 ? bytes : bytes.subarray(start, end + 1))).toBe(true);
    reads += 1;
  }
  return reads;
}

it('moves everything to the new key while it is read, and no read fails; the old key can be taken out', async () => {
  const stored = await store();
  const { db, storage } = container;
  let isOver = false;
  const readers = Array.from({ length: READERS }, () => keepReading(stored, () => isOver));
  const outcome = await rotateKeys({ db, storage, keyring: both }).finally(() => {
    isOver = true;
  });
  const reads = (await Promise.all(readers)).reduce((sum, one) => sum + one, 0);
  expect(reads).toBeGreaterThan(READERS);
  const objects = FILES + 2;
  expect(outcome).toEqual({ objects, rewrapped: objects, secrets: 1, reencrypted: 1, failures: [] });
  expect(new Set(await keyIds(stored.userId))).toEqual(new Set(['second']));
  await readAll(stored, newAlone);
  await expect(readAll(stored, oldAlone)).rejects.toMatchObject({ code: 'INTEGRITY_ERROR' });
  expect(await rotateKeys({ db, storage, keyring: both })).toMatchObject({ rewrapped: 0, reencrypted: 0 });
});

function runCommand(): ChildProcess {
  return spawn(process.execPath, ['cli/admin.ts', 'rotate-key'], { env: commandEnv(), stdio: 'ignore' });
}

function commandEnv(): NodeJS.ProcessEnv {
  const { DATABASE_URL, QUEUE_PREFIX, S3_BUCKET } = container.config;
  const keys = { APP_ENCRYPTION_KEYS: newList, APP_ENCRYPTION_KEY: oldHex };
  return { ...process.env, ...env, DATABASE_URL, QUEUE_PREFIX, S3_BUCKET, ...keys };
}

it('npm run admin -- rotate-key goes on where a SIGKILL ended it, and harms nothing', async () => {
  const stored = await store();
  const isMoved = async () => (await keyIds(stored.userId)).includes('second') || undefined;
  const child = runCommand();
  const ended = once(child, 'exit');
  await until('an object to be under the new key', 60_000, isMoved);
  child.kill('SIGKILL');
  await ended;
  await readAll(stored, both);
  const { stdout } = await promisify(execFile)(process.execPath, ['cli/admin.ts', 'rotate-key'], { env: commandEnv() });
  expect(stdout).toContain('use it. You can remove the other keys.');
  await readAll(stored, newAlone);
});

it('brings back nothing that was deleted meanwhile, names what is damaged, and moves the rest', async () => {
  const stored = await store();
  const { db, storage } = container;
  const [first, second] = stored.files.slice(1).map(({ row }) => ({ key: row.content_key ?? '', id: row.id }));
  if (!first || !second) throw new Error('There are no files.');
  for await (const object of storedObjects(db, stored.userId)) {
    if (object.key !== first.key) continue;
    const deleting = {
      ...storage,
      replace: async (...args: Parameters<typeof storage.replace>) => {
        await storage.delete('storage', first.key);
        return storage.replace(...args);
      },
    };
    expect(await rewrapObject(deleting, both, object)).toBe('gone');
  }
  expect(await storage.head('storage', first.key)).toBeUndefined();

  const object = await storage.read('storage', second.key);
  if (!object) throw new Error('The object is not there.');
  const raw = await buffer(object.body);
  raw[raw.length - 1] = (raw.at(-1) ?? 0) ^ 1;
  await storage.write('storage', second.key, raw, 'application/octet-stream');
  const outcome = await rotateKeys({ db, storage, keyring: both });
  expect(outcome.failures).toEqual([{ what: `the object ${second.key}`, reason: expect.any(String) }]);
  expect((await keyIds(stored.userId)).filter((id) => id !== 'second')).toHaveLength(1);
});
