import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { extractFile } from '#shared/pipeline/process-file.ts';
import { embedFile } from '#shared/pipeline/process-pages.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import type { Container } from '#shared/runtime/container.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { acceptArrival } from './accept-arrival.ts';
import { noteArrived } from './note-arrival.ts';

let container: TestContainer;
let userId: string;
beforeEach(async () => {
  container = await newTestContainer();
  userId = await insertTestUser(container.everyone);
});
afterEach(() => container.close());

async function drop(name: string, text: string): Promise<string> {
  const key = `drop/${userId}/${name}`;
  await container.storage.write('incoming', key, Buffer.from(text), 'text/plain');
  await noteArrived(container, { key, etag: undefined });
  return key;
}

const accept = (deps: Container = container) => acceptArrival(deps, { arrivalId: randomUUID() });
const theFile = () => container.everyone.selectFrom('files').selectAll().executeTakeFirstOrThrow();
const arrivals = () => container.everyone.selectFrom('arrivals').selectAll().execute();
const waiting = (queue: 'extract' | 'chunk' | 'embed' | 'publish') => container.queue.waiting(queue);

/** What a process leaves that is killed: its leases run out, its arrival is told of again. */
async function afterDeath(): Promise<void> {
  const past = { lease_expires_at: new Date(Date.now() - 1_000) };
  await container.everyone.updateTable('files').set(past).where('lease_holder', 'is not', null).execute();
  await container.everyone
    .updateTable('arrivals')
    .set({ ...past, due_at: new Date() })
    .execute();
}

/** A call that never comes back: what was going on stands still there, as in a process that is killed. */
function standstill() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    reached: promise,
    call: (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    },
  };
}

describe('bytes that are quick to read', () => {
  it('are embedded by whoever accepted them, without a message but the last', async () => {
    const key = await drop('note.txt', 'The lighthouse keeper.');
    await accept();
    expect(await theFile()).toMatchObject({ status: 'EMBEDDED', lease_holder: null, attempts: 0, failures: 0 });
    expect(await arrivals()).toEqual([]);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await Promise.all([waiting('extract'), waiting('chunk'), waiting('embed')])).toEqual([0, 0, 0]);
    expect(await waiting('publish')).toBe(1);
  });

  it.each([
    ['note.html', '<p>The lighthouse keeper.</p>'],
    ['long.txt', 'The lighthouse keeper. '.repeat(6_000)],
  ])('%s is not', async (name, text) => {
    await drop(name, text);
    await accept();
    expect(await theFile()).toMatchObject({ status: 'STORED', lease_holder: null, attempts: 0 });
    expect(await waiting('extract')).toBe(1);
  });

  it('that the person has already are no work', async () => {
    await drop('note.txt', 'The lighthouse keeper.');
    await accept();
    await drop('twin.txt', 'The lighthouse keeper.');
    await accept();
    const [first, twin] = await container.everyone.selectFrom('files').selectAll().orderBy('created_at').execute();
    expect(twin).toMatchObject({ duplicate_of: first?.id, status: 'STORED', lease_holder: null });
    expect(await waiting('publish')).toBe(1);
  });

  it('go on although the object cannot be removed, which is tried again', async () => {
    await drop('note.txt', 'The lighthouse keeper.');
    const storage = { ...container.storage, delete: () => Promise.reject(new AppError('DEPENDENCY_UNAVAILABLE')) };
    await accept(withParts(container, { storage }));
    expect(await theFile()).toMatchObject({ status: 'EMBEDDED', lease_holder: null, generation: 1 });
    await container.everyone.updateTable('arrivals').set({ due_at: new Date() }).execute();
    await accept();
    expect(await arrivals()).toEqual([]);
    expect(await theFile()).toMatchObject({ status: 'EMBEDDED', generation: 1 });
  });
});

describe('a worker that dies', () => {
  it('before the object is removed leaves a file that the next delivery tells extract of', async () => {
    await drop('note.txt', 'The lighthouse keeper.');
    const { reached, call } = standstill();
    void accept(withParts(container, { storage: { ...container.storage, delete: call } }));
    await reached;
    expect(await theFile()).toMatchObject({ status: 'STORED', attempts: 1 });
    await afterDeath();
    await accept();
    expect(await waiting('extract')).toBe(1);
    const { id: fileId, generation } = await theFile();
    await extractFile(container, { fileId, generation });
    expect(await theFile()).toMatchObject({ status: 'EMBEDDED', generation: 1, attempts: 0 });
  });

  it('while it embeds leaves a file that the next delivery tells embed of', async () => {
    await drop('note.txt', 'The lighthouse keeper.');
    const { reached, call } = standstill();
    void accept(withParts(container, { cache: { ...container.cache, get: call } }));
    await reached;
    expect(await theFile()).toMatchObject({ status: 'CHUNKED', attempts: 1 });
    await afterDeath();
    await accept();
    expect(await arrivals()).toEqual([]);
    expect(await waiting('embed')).toBe(1);
    const { id: fileId, generation } = await theFile();
    await embedFile(container, { fileId, generation });
    expect(await theFile()).toMatchObject({ status: 'EMBEDDED', attempts: 0 });
  });
});
