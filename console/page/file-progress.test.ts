import { expect, test } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { FILE_STATUSES } from '#shared/domain/file-status.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';

interface Item {
  key: string;
  name: string;
  size: number;
  file?: FileView;
  sent?: number;
  problem?: { code: string; message: string };
}
interface Progress {
  tone: string;
  words: string;
  fraction?: number;
  problem?: { code: string; message: string };
  warnings?: readonly string[];
}
interface FileProgress {
  describeProgress(item: Item): Progress;
  canReprocess(file: FileView): boolean;
  isStored(file: FileView): boolean;
}
const progress: FileProgress = await import(new URL('./file-progress.js', import.meta.url).href);

function view(changes: Partial<FileView>): FileView {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    filename: 'a.pdf',
    contentType: 'application/pdf',
    size: 1000,
    sha256: null,
    source: 'api',
    status: 'READY',
    waiting: false,
    error: null,
    progress: { pagesDone: 10, pages: 10, chunksSynced: 42, chunks: 42 },
    warnings: [],
    language: null,
    generation: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    readyAt: null,
    ...changes,
  };
}
const describe = (changes: Partial<FileView>, rest: Partial<Item> = {}) =>
  progress.describeProgress({ key: 'k', name: 'a.pdf', size: 1000, file: view(changes), ...rest });

test('what waits for its turn is said to wait, and what is worked on is not', () => {
  const progressOf = { pagesDone: 0, pages: null, chunksSynced: 0, chunks: 3 };
  for (const status of ['STORED', 'EXTRACTED', 'CHUNKED'] as const) {
    expect(describe({ status, waiting: true, progress: progressOf }).words).toMatch(/waiting/i);
    expect(describe({ status, waiting: false, progress: progressOf }).words).not.toMatch(/waiting/i);
  }
  const begun = { ...progressOf, pagesDone: 50, pages: 400 };
  expect(describe({ status: 'STORED', waiting: true, progress: begun }).words).toBe(
    'Waiting to continue reading: page 50 of 400',
  );
  expect(describe({ status: 'EMBEDDED', progress: progressOf }).words).toMatch(/waiting/);
  expect(describe({ status: 'EMBEDDED', progress: { ...progressOf, chunksSynced: 1 } }).words).toBe(
    'Indexing: 1 of 3 passages',
  );
});

test('every status has words, and the bar only ever moves forward', () => {
  const fractions = FILE_STATUSES.filter((status) => status !== 'READY' && status !== 'FAILED').map((status) => {
    const shown = describe({ status });
    expect(shown).toMatchObject({ tone: 'busy' });
    return shown.fraction ?? -1;
  });
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(Math.min(...fractions)).toBeGreaterThan(0);
  expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
});

test('a picture without words is no failure, and a file tells what was lost of it', () => {
  const progress = { pagesDone: 1, pages: 1, chunksSynced: 0, chunks: 0 };
  const warnings = ['No text was found in the picture.'];
  const picture = describe({ contentType: 'image/png', progress, warnings });
  expect(picture).toMatchObject({ tone: 'ready', words: 'Ready (picture)', warnings });
  expect(describe({ progress }).words).toContain('no text');
});

test('an upload shows its bytes, an empty one too', () => {
  const sending = describe({ status: 'UPLOADING' }, { sent: 250 });
  expect(sending.words).toBe('Uploading: 250 B of 1000 B');
  expect(sending.fraction).toBeCloseTo(0.075);
  expect(describe({ status: 'UPLOADING' }, { sent: 0, size: 0 }).fraction).toBeCloseTo(0.3);
});

test('pages and passages are counted', () => {
  expect(describe({ status: 'STORED', progress: { pagesDone: 3, pages: 12, chunks: 0, chunksSynced: 0 } }).words).toBe(
    'Reading: page 3 of 12',
  );
  expect(
    describe({ status: 'STORED', progress: { pagesDone: 0, pages: null, chunks: 0, chunksSynced: 0 } }).words,
  ).toBe('Reading');
  expect(describe({}).words).toBe('Ready: 42 passages');
  expect(describe({ progress: { pagesDone: 1, pages: 1, chunks: 0, chunksSynced: 0 } }).words).toContain('no text');
});

test('a failure shows its code and sentence', () => {
  const error = { code: 'DAMAGED_FILE', message: 'The file is damaged.' };
  expect(describe({ status: 'FAILED', error })).toMatchObject({ tone: 'failed', problem: error });
});

test('only what may pass is retried, and never a duplicate', () => {
  const retried = Object.keys(ERROR_CODES).filter((code) =>
    progress.canReprocess(view({ status: 'FAILED', error: { code, message: '' } })),
  );
  expect(retried).toContain('INDEX_FAILED');
  expect(retried).toContain('PARSE_TIMEOUT');
  expect(retried).not.toContain('ENCRYPTED_DOCUMENT');
  expect(retried).not.toContain('EMPTY_FILE');
  const failed = view({ status: 'FAILED', error: { code: 'INDEX_FAILED', message: '' } });
  expect(progress.canReprocess({ ...failed, duplicateOf: failed.id })).toBe(false);
  expect(progress.canReprocess(view({}))).toBe(false);
});

test('what was refused at the door cannot be downloaded, what failed later can', () => {
  const failed = (code: string) => progress.isStored(view({ status: 'FAILED', error: { code, message: '' } }));
  expect(failed('EMPTY_FILE')).toBe(false);
  expect(failed('UPLOAD_EXPIRED')).toBe(false);
  expect(failed('DAMAGED_FILE')).toBe(true);
  expect(progress.isStored(view({ status: 'UPLOADING' }))).toBe(false);
  expect(progress.isStored(view({ status: 'CHUNKED' }))).toBe(true);
});
