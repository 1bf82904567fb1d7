import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriveConnectionRow } from '#shared/db/schema.ts';
import { pressConsent } from '#testing/standin-google.ts';
import { newSyncedDrive, type SyncedDrive } from '#testing/synced-drive.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { connectDrive, finishConnecting } from './connect-drive.ts';
import { disconnectDrive } from './disconnect-drive.ts';

const FOLDER = 'application/vnd.google-apps.folder';
const SHORTCUT = 'application/vnd.google-apps.shortcut';
const KIND = 'application/vnd.google-apps';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

function connection(drive: SyncedDrive): Promise<DriveConnectionRow> {
  return container.everyone
    .selectFrom('drive_connections')
    .selectAll()
    .where('user_id', '=', drive.userId)
    .executeTakeFirstOrThrow();
}

async function change(drive: SyncedDrive, columns: Partial<DriveConnectionRow>): Promise<void> {
  const { folder_ids: _, ...rest } = columns;
  await container.everyone.updateTable('drive_connections').set(rest).where('user_id', '=', drive.userId).execute();
}

const names = async (drive: SyncedDrive): Promise<string[]> =>
  [...(await drive.files()).values()].map(({ filename }) => filename).sort();

describe('when Google fails', () => {
  it.each([
    ['rateLimit429', 'DRIVE_RATE_LIMITED'],
    ['rateLimit403', 'DRIVE_RATE_LIMITED'],
    ['serverError500', 'DRIVE_UNAVAILABLE'],
    ['unavailable503', 'DRIVE_UNAVAILABLE'],
    ['truncated', 'DRIVE_UNAVAILABLE'],
  ])('%s: waits longer each time, the token does not advance, nothing is lost', async (kind, code) => {
    const drive = await newSyncedDrive(container, [{ id: 'a', name: 'a.txt', content: 'one' }]);
    await drive.sync();
    const before = await connection(drive);
    expect(before).toMatchObject({ last_error_code: null, attempts: 0, page_token: expect.any(String) });
    await drive.create([{ id: 'b', name: 'b.txt', content: 'two' }]);
    await drive.fail({ operation: 'changes.list', kind, times: 2 });
    const waits: number[] = [];
    for (const attempts of [1, 2]) {
      await drive.sync();
      const after = await connection(drive);
      expect(after).toMatchObject({ last_error_code: code, attempts, page_token: before.page_token });
      waits.push(after.next_attempt_at.getTime() - Date.now());
    }
    expect(waits[0]).toBeGreaterThan(1_000);
    expect(waits[1]).toBeGreaterThan(3_000);
    expect(await names(drive)).toEqual(['a.txt']);
    await drive.sync();
    expect(await names(drive)).toEqual(['a.txt', 'b.txt']);
    expect(await connection(drive)).toMatchObject({ last_error_code: null, attempts: 0 });
  });

  it('a file that cannot be read is FAILED with its reason, and the rest goes on', async () => {
    const drive = await newSyncedDrive(container, []);
    await drive.sync();
    await drive.create(['a', 'b', 'c'].map((id) => ({ id, name: `${id}.txt`, content: `text ${id}` })));
    await drive.fail({ operation: 'files.media', fileId: 'b', kind: 'denied403' });
    await drive.sync();
    const files = await drive.files();
    expect([...files.values()].filter(({ status }) => status === 'FAILED')).toMatchObject([
      {
        external_id: 'b',
        error_code: 'DRIVE_FILE_UNREADABLE',
        error_message: 'Google Drive did not return the file: This file cannot be downloaded by the user.',
      },
    ]);
    expect(files.size).toBe(3);
    expect(await connection(drive)).toMatchObject({ last_error_code: null, last_sync_at: expect.any(Date) });
  });

  it('a limit of the rate that meets a download is waited out, not taken for a refusal', async () => {
    const drive = await newSyncedDrive(container, []);
    await drive.sync();
    await drive.create([{ id: 'a', name: 'a.txt', content: 'one' }]);
    await drive.fail({ operation: 'files.media', kind: 'rateLimit403' });
    await drive.sync();
    expect([...(await drive.files()).keys()]).toEqual([]);
    expect(await connection(drive)).toMatchObject({ last_error_code: 'DRIVE_RATE_LIMITED', attempts: 1 });
    await drive.sync();
    expect([...(await drive.files()).values()]).toMatchObject([{ filename: 'a.txt', status: 'UPLOADING' }]);
  });

  it('half a file is never taken for the whole; one that never comes whole is given up', async () => {
    const drive = await newSyncedDrive(container, []);
    await drive.sync();
    await drive.create(['a', 'b'].map((id) => ({ id, name: `${id}.txt`, content: 'x'.repeat(1_000) + id })));
    await drive.fail({ operation: 'files.media', fileId: 'a', kind: 'truncated', times: 5 });
    await drive.sync();
    expect([...(await drive.files()).keys()]).toEqual(['b']);
    expect(await connection(drive)).toMatchObject({
      last_error_code: 'DRIVE_UNAVAILABLE',
      last_sync_at: expect.any(Date),
    });
    for (let attempt = 2; attempt <= 5; attempt += 1) await drive.sync();
    expect((await drive.files()).get('a')).toMatchObject({ status: 'FAILED', error_code: 'DRIVE_FILE_UNREADABLE' });
    expect(await connection(drive)).toMatchObject({ last_error_code: null });
    await drive.edit('a', { content: 'another text' });
    await drive.sync();
    expect((await drive.files()).get('a')).toMatchObject({ status: 'UPLOADING' });
  });
});

describe('the weekly comparison', () => {
  it('finds what the log did not tell, and deletes only after a complete listing', async () => {
    const drive = await newSyncedDrive(container, [
      { id: 'kept', name: 'kept.txt', content: 'kept' },
      { id: 'lost', name: 'lost.txt', content: 'lost' },
    ]);
    await drive.sync();
    await drive.remove('lost');
    await drive.create([{ id: 'new', name: 'new.txt', content: 'new' }]);
    // The log moves on without telling.
    const other = await newSyncedDrive(container, []);
    await other.sync();
    await change(drive, { page_token: (await connection(other)).page_token });
    await drive.sync();
    expect(await names(drive)).toEqual(['kept.txt', 'lost.txt']);

    await change(drive, { last_full_at: new Date(Date.now() - 8 * 24 * 3_600_000) });
    for (const kind of ['truncated', 'serverError500']) {
      await drive.fail({ operation: 'files.list', kind });
      await drive.sync();
      expect(await names(drive)).toEqual(['kept.txt', 'lost.txt']);
    }
    const before = (await drive.requests()).fetched.length;
    await drive.sync();
    expect(await names(drive)).toEqual(['kept.txt', 'new.txt']);
    expect((await drive.requests()).fetched.slice(before)).not.toContain('kept');
    const lists = (await drive.requests()).counts['files.list'];
    await drive.sync();
    expect((await drive.requests()).counts['files.list']).toBe(lists);
  });

  it('also when Google has forgotten the page token', async () => {
    const drive = await newSyncedDrive(container, [{ id: 'a', name: 'a.txt', content: 'a' }]);
    await drive.sync();
    await change(drive, { page_token: '999999999' });
    await drive.create([{ id: 'b', name: 'b.txt', content: 'b' }]);
    await drive.sync();
    await drive.sync();
    expect(await names(drive)).toEqual(['a.txt', 'b.txt']);
  });
});

it('shared drives are followed; a shortcut stands for a file that is not there in its own right', async () => {
  const drive = await newSyncedDrive(container, [
    { id: 'team', name: 'Team', mimeType: FOLDER, driveId: 'team-drive' },
    { id: 'minutes', name: 'minutes.txt', parent: 'team', driveId: 'team-drive', content: 'the minutes' },
    { id: 'mine', name: 'Mine', mimeType: FOLDER },
    { id: 'to-minutes', name: 'To the minutes', mimeType: SHORTCUT, parent: 'mine', targetId: 'minutes' },
    { id: 'to-nothing', name: 'Dangling', mimeType: SHORTCUT, parent: 'mine', targetId: 'no-such-file' },
  ]);
  await drive.sync();
  expect([...(await drive.files()).keys()]).toEqual(['minutes']);
  const only = JSON.stringify(['mine']);
  await container.everyone
    .updateTable('drive_connections')
    .set({ folder_ids: only })
    .where('user_id', '=', drive.userId)
    .execute();
  await container.everyone
    .updateTable('drive_items')
    .set({ dirty: true })
    .where('user_id', '=', drive.userId)
    .execute();
  await drive.sync();
  expect([...(await drive.files()).keys()]).toEqual(['to-minutes']);
  expect(await names(drive)).toEqual(['To the minutes.txt']);
  await drive.edit('minutes', { content: 'the new minutes' });
  const before = (await drive.requests()).fetched.length;
  await drive.sync();
  expect((await drive.requests()).fetched.slice(before)).toContain('minutes');
});

it('Docs, Sheets and Slides are exported; the limit counts the exported bytes', async () => {
  const drive = await newSyncedDrive(container, [
    { id: 'doc', name: 'A doc', mimeType: `${KIND}.document`, content: '# Head' },
    { id: 'sheet', name: 'A sheet', mimeType: `${KIND}.spreadsheet`, content: 'a,b\n1,2' },
    { id: 'slides', name: 'Slides.v2', mimeType: `${KIND}.presentation`, content: 'one\ftwo' },
    { id: 'form', name: 'A form', mimeType: `${KIND}.form` },
    { id: 'long', name: 'Long', mimeType: `${KIND}.document`, content: 'word '.repeat(2_000) },
    { id: 'vast', name: 'Vast', mimeType: `${KIND}.document`, content: 'x'.repeat(10 * 1024 ** 2 + 1) },
  ]);
  await drive.sync(withLimits(container, { files: { ...container.limits.files, maxFileBytes: 9_000 } }));
  const told = [...(await drive.files()).values()].map((file) => [file.filename, file.error_code ?? file.status]);
  expect(told.sort()).toEqual([
    ['A doc.md', 'UPLOADING'],
    ['A form', 'UNSUPPORTED_TYPE'],
    ['A sheet.xlsx', 'UPLOADING'],
    ['Long.md', 'FILE_TOO_LARGE'],
    ['Slides.v2.pptx', 'UPLOADING'],
    ['Vast.md', 'DRIVE_FILE_UNREADABLE'],
  ]);
});

it('strange names become safe ones, and every file stays one of its own', async () => {
  const vectors = process.env.OMNIRAG_VECTORS;
  if (!vectors) console.warn('NOT TESTED: naughty strings. Set OMNIRAG_VECTORS to the folder that holds them.');
  const naughty: string[] = vectors ? JSON.parse(readFileSync(join(vectors, 'naughty-strings.json'), 'utf8')) : [];
  const strange = [
    ...[
      '../../etc/passwd',
      '..',
      '/',
      'a/b.txt',
      'a\\b.txt',
      'no extension',
      `${'é'.repeat(300)}.txt`,
      'x'.repeat(300),
    ],
    ...['twin.txt', 'twin.txt', 'nul\0byte.txt', ...naughty.filter((name) => name !== '').slice(0, 40)],
  ];
  const drive = await newSyncedDrive(container, [
    { id: 'folder', name: '../..', mimeType: FOLDER },
    ...strange.map((name, n) => ({ id: `n${n}`, name, parent: 'folder', content: `text ${n}` })),
  ]);
  // On a busy machine a slice may end before the files do.
  while ((await connection(drive)).last_sync_at === null) await drive.sync();
  const files = await drive.files();
  expect([...files.keys()].sort()).toEqual(strange.map((_, n) => `n${n}`).sort());
  expect(new Set([...files.values()].map(({ id }) => id)).size).toBe(strange.length);
  for (const { filename, status } of files.values()) {
    expect(filename).not.toMatch(/[/\\\p{Cc}]|^\.*$/u);
    expect(Buffer.byteLength(filename)).toBeLessThanOrEqual(255);
    expect(status).not.toBe('READY');
  }
  expect([0, 3, 5, 8, 9].map((n) => files.get(`n${n}`)?.filename)).toEqual([
    '..-..-etc-passwd.txt',
    'a-b.txt',
    'no extension.txt',
    'twin.txt',
    'twin.txt',
  ]);
});

it('a consent that comes after ten minutes links nothing; nor does a code that was used', async () => {
  const drive = await newSyncedDrive(container, []);
  const begin = async () => {
    const begun = await connectDrive(container, drive.userId);
    const back = new URL(await pressConsent(begun.authorizationUrl, { account: drive.account })).searchParams;
    return { nonce: begun.nonce, state: back.get('state') ?? '', code: back.get('code') ?? '', error: undefined };
  };
  const before = await connection(drive);
  const late = await begin();
  await container.everyone
    .updateTable('drive_states')
    .set({ expires_at: new Date() })
    .where('user_id', '=', drive.userId)
    .execute();
  await expect(finishConnecting(container, late)).rejects.toMatchObject({ code: 'OAUTH_STATE_INVALID' });
  const first = await begin();
  await finishConnecting(container, first);
  const linked = await connection(drive);
  expect(linked.id).not.toBe(before.id);
  const again = finishConnecting(container, { ...(await begin()), code: first.code });
  await expect(again).rejects.toMatchObject({ code: 'OAUTH_EXCHANGE_FAILED' });
  expect((await connection(drive)).id).toBe(linked.id);
});

it('a person who leaves in the middle of a sync leaves nothing behind', async () => {
  const drive = await newSyncedDrive(container, [{ id: 'a', name: 'a.txt', content: 'slow to come' }]);
  await drive.fail({ operation: 'files.media', kind: 'slow', delayMs: 1_000 });
  const running = drive.sync();
  await expect.poll(async () => (await drive.requests()).fetched.includes('a'), { timeout: 10_000 }).toBe(true);
  await disconnectDrive(container, drive.userId, 'delete');
  await running;
  await drive.sync();
  expect(await names(drive)).toEqual([]);
  const rows = await container.everyone
    .selectFrom('drive_items')
    .select('item_id')
    .where('user_id', '=', drive.userId)
    .execute();
  expect(rows).toEqual([]);
});
