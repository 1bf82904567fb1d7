import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { requestExport, takeExport, updateExport } from '#shared/db/exports-repository.ts';
import { forgiveInterrupted } from '#shared/db/forgive-interrupted.ts';
import type { ExportRow } from '#shared/db/schema.ts';
import { buildContainer } from '#shared/runtime/container.ts';
import { readZip } from '#testing/read-zip.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { buildExport, EXPORT_GENERATION } from './build-export.ts';

const KEPT = { keptSeconds: 86_400 };

let container: TestContainer;
let userId: string;
beforeAll(async () => {
  container = await newTestContainer({ LOG_LEVEL: 'silent' });
});
afterAll(() => container.close());
beforeEach(async () => {
  userId = await insertTestUser(container.everyone);
});

async function storeFile(filename: string, bytes: Buffer): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  const key = `files/${userId}/${id}/1-${randomUUID()}`;
  await container.content.write({ id, user_id: userId }, 1, key, Readable.from([bytes]));
  await container.everyone
    .insertInto('files')
    .values({
      id,
      user_id: userId,
      filename,
      content_type: 'text/plain',
      size: bytes.length,
      sha256: randomUUID(),
      source: 'api',
      status: 'READY',
      generation: 1,
      content_generation: 1,
      content_key: key,
    })
    .execute();
  return { id, key };
}

/** One bit of the object's last byte is another. */
async function damage(key: string): Promise<void> {
  const object = await container.storage.read('storage', key);
  const bytes = object ? await buffer(object.body) : Buffer.alloc(0);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await container.storage.write('storage', key, bytes, 'application/octet-stream');
}

function ask(): Promise<ExportRow> {
  return asUser(container.db, userId, (trx) => requestExport(trx, { userId, id: randomUUID(), ...KEPT }));
}

function row(): Promise<ExportRow> {
  return container.everyone.selectFrom('exports').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow();
}

/** As if the lease of whoever works on it, or the delay after a failure, were over. */
async function makeDue(): Promise<void> {
  await container.everyone
    .updateTable('exports')
    .set({ lease_expires_at: new Date(0) })
    .where('user_id', '=', userId)
    .execute();
}

async function archiveOf(built: ExportRow): Promise<Map<string, Buffer>> {
  const stored = { ...built, content_key: built.object_key, content_generation: EXPORT_GENERATION };
  const bytes = await container.content.read({ ...stored, size: built.size ?? 0 });
  return readZip(bytes ? await buffer(bytes) : Buffer.alloc(0));
}

const unreadableIn = (entries: Map<string, Buffer>): unknown[] =>
  `${entries.get('unreadable.jsonl') ?? ''}`
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The same database, with a storage elsewhere. */
function withStorageAt(endpoint: string) {
  const { content } = buildContainer({ ...container.config, S3_ENDPOINT: endpoint });
  return { db: container.db, log: container.log, content };
}

describe('an archive over an object that cannot be read', () => {
  it.each([
    ['with one segment', 100, 0],
    // Segments are of a MiB: those before the damaged one are whole.
    ['with several segments', 3_000_000, 2 * 2 ** 20],
  ])('%s: has all the rest, and names it', async (_, size, bytesRead) => {
    const sound = await storeFile('sound.txt', Buffer.from('good words'));
    const bad = await storeFile('bad.txt', Buffer.alloc(size, 'bad '));
    const after = await storeFile('after.txt', Buffer.from('more good words'));
    await damage(bad.key);
    await ask();
    await buildExport(container, userId);
    const built = await row();
    expect(built).toMatchObject({ status: 'READY', attempts: 1, unreadable: 1 });
    const entries = await archiveOf(built);
    expect(`${entries.get(`files/${sound.id}/sound.txt`)}`).toBe('good words');
    expect(`${entries.get(`files/${after.id}/after.txt`)}`).toBe('more good words');
    expect(entries.get(`files/${bad.id}/bad.txt`)?.length ?? 0).toBe(bytesRead);
    expect(unreadableIn(entries)).toEqual([
      { file: bad.id, filename: 'bad.txt', code: 'INTEGRITY_ERROR', message: expect.any(String), size, bytesRead },
    ]);
  });

  it('that is missing: has all the rest, and names it', async () => {
    const gone = await storeFile('gone.txt', Buffer.from('gone'));
    const sound = await storeFile('sound.txt', Buffer.from('good words'));
    await container.storage.delete('storage', gone.key);
    await ask();
    await buildExport(container, userId);
    const entries = await archiveOf(await row());
    expect(`${entries.get(`files/${sound.id}/sound.txt`)}`).toBe('good words');
    expect(unreadableIn(entries)).toMatchObject([{ file: gone.id, code: 'INTEGRITY_ERROR', bytesRead: 0 }]);
  });
});

describe('an outage', () => {
  it('is waited out, longer after each attempt; nothing lacks then', async () => {
    const file = await storeFile('kept.txt', Buffer.from('kept words'));
    await ask();
    for (const [attempts, seconds] of [
      [1, 30],
      [2, 60],
    ] as const) {
      await makeDue();
      await buildExport(withStorageAt('http://127.0.0.1:9'), userId);
      const waiting = await row();
      expect(waiting).toMatchObject({ status: 'PENDING', attempts });
      expect((waiting.lease_expires_at?.getTime() ?? 0) - Date.now()).toBeGreaterThan((seconds - 10) * 1_000);
    }
    await makeDue();
    await buildExport(container, userId);
    const built = await row();
    expect(built).toMatchObject({ status: 'READY', unreadable: 0 });
    const entries = await archiveOf(built);
    expect(`${entries.get(`files/${file.id}/kept.txt`)}`).toBe('kept words');
    expect(entries.has('unreadable.jsonl')).toBe(false);
  });

  it('that does not end makes it FAILED, and it can be asked for anew', async () => {
    await storeFile('kept.txt', Buffer.from('kept words'));
    const first = await ask();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await makeDue();
      await buildExport(withStorageAt('http://127.0.0.1:9'), userId);
    }
    expect(await row()).toMatchObject({ status: 'FAILED', attempts: 5 });
    expect((await ask()).id).not.toBe(first.id);
    await buildExport(container, userId);
    expect(await row()).toMatchObject({ status: 'READY', attempts: 1, unreadable: 0 });
  });

  it('in which nothing is ever answered gives the worker back', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const address = silent.address();
    try {
      if (address === null || typeof address === 'string') throw new Error('no port');
      await storeFile('kept.txt', Buffer.from('kept words'));
      await ask();
      await buildExport({ ...withStorageAt(`http://127.0.0.1:${address.port}`), stalledMs: 400 }, userId);
      expect(await row()).toMatchObject({ status: 'PENDING', attempts: 1 });
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });
});

it('an attempt that was killed counts: after five it is FAILED', async () => {
  await ask();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await makeDue();
    // Taken by a worker that is killed before it can say anything.
    const taken = await asUser(container.db, userId, (trx) => takeExport(trx, userId, 30));
    expect(taken?.attempts).toBe(attempt);
  }
  await makeDue();
  await buildExport(container, userId);
  expect(await row()).toMatchObject({ status: 'FAILED', object_key: null });
});

it('what was forgiven is fenced off all the same, and no attempt writes where another does', async () => {
  await ask();
  const first = await asUser(container.db, userId, (trx) => takeExport(trx, userId, 30));
  await forgiveInterrupted(container.config.DATABASE_URL);
  const second = await asUser(container.db, userId, (trx) => takeExport(trx, userId, 30));
  if (!first || !second) throw new Error('nothing was taken');
  expect(second.attempts).toBeGreaterThan(first.attempts);
  // A worker of another host that was not stopped at all.
  expect(await asUser(container.db, userId, (trx) => updateExport(trx, first, { status: 'FAILED' }))).toBe(false);
  expect(await row()).toMatchObject({ status: 'PENDING', building: true });
});

it('a start of the whole system costs nobody an attempt, and a delay stays', async () => {
  await ask();
  const { DATABASE_URL } = container.config;
  await asUser(container.db, userId, (trx) => takeExport(trx, userId, 30));
  await forgiveInterrupted(DATABASE_URL);
  expect(await row()).toMatchObject({ attempts: 1, forgiven: 1, lease_expires_at: null, building: false });
  await buildExport(withStorageAt('http://127.0.0.1:9'), userId);
  await forgiveInterrupted(DATABASE_URL);
  expect(await row()).toMatchObject({ attempts: 2, forgiven: 1, lease_expires_at: expect.any(Date), building: false });
});
