import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { PLAIN_TEXTS } from '#testing/documents/make-plain-bombs.ts';
import { timeGrowth } from '#testing/time-growth.ts';
import type { Format, OpenDocument } from './format.ts';
import { isQuickToRead, readHere } from './read-here.ts';
import { documentFormatOf } from './registry.ts';
import type { PageWindow } from './sandbox/messages.ts';
import { text } from './text/text.ts';

const LIMIT = 128 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-here-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function store(content: string): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, content);
  return path;
}

type Extra = Partial<Parameters<typeof readHere>[1]>;

async function read(format: Format, path: string, extra: Extra = {}): Promise<PageWindow[]> {
  const windows: PageWindow[] = [];
  const request = { path, firstPage: 1, windowPages: 10, budgetMs: 60_000, ...extra };
  for await (const window of readHere(format, request)) windows.push(window);
  return windows;
}

/** A plain format whose pages are made by the test; counts how often it was closed. */
function formatOf(pageCount: number, page: OpenDocument['page']): Format & { closed(): number } {
  let closed = 0;
  return {
    ...text,
    open: async () => ({
      pageCount,
      warnings: [],
      page,
      async close() {
        closed++;
      },
    }),
    closed: () => closed,
  };
}

const pageOf = async (number: number) => ({
  number,
  text: `page ${number}`,
  headings: [],
  charOffset: 7 * (number - 1),
});

describe('isQuickToRead', () => {
  it('is a plain text of 128 KiB, and no byte more', () => {
    for (const contentType of ['text/plain; charset=utf-8', 'text/markdown', 'application/json', 'text/x-python']) {
      expect(isQuickToRead(contentType, LIMIT), contentType).toBe(true);
      expect(isQuickToRead(contentType, LIMIT + 1), contentType).toBe(false);
    }
    for (const contentType of ['application/pdf', 'text/html', 'text/csv', 'image/png', 'no/such']) {
      expect(isQuickToRead(contentType, 1), contentType).toBe(false);
    }
  });
});

describe('readHere', () => {
  it('reads window by window, and closes the document once', async () => {
    const format = formatOf(5, pageOf);
    const windows = await read(format, 'anywhere', { windowPages: 2 });
    expect(windows.map(({ pages, totalPages }) => [totalPages, ...pages.map(({ number }) => number)])).toEqual([
      [5, 1, 2],
      [5, 3, 4],
      [5, 5],
    ]);
    expect(format.closed()).toBe(1);
  });

  it('goes on where an interrupted reading ended', async () => {
    const [window] = await read(formatOf(5, pageOf), 'anywhere', { firstPage: 5 });
    expect(window?.pages.map(({ number }) => number)).toEqual([5]);
    expect(await read(formatOf(5, pageOf), 'anywhere', { firstPage: 6 })).toEqual([
      { pages: [], totalPages: 5, warnings: [] },
    ]);
  });

  it('reads the longest file, one with the colours of a terminal', async () => {
    const line = '\u001B[31mThe pump\u001B[0m runs.\n';
    const windows = await read(text, await store(line.repeat(LIMIT / line.length).padEnd(LIMIT)));
    const pages = windows.flatMap((window) => window.pages);
    expect(pages.map((page) => page.text).join('')).toMatch(/^(?:The pump runs\.\n)+ *$/);
  });

  it('says that a file is damaged, and why', async () => {
    const broken: Format = { ...text, open: () => Promise.reject(new RangeError('it ends in the middle')) };
    await expect(read(broken, 'anywhere')).rejects.toMatchObject({
      code: 'DAMAGED_FILE',
      message: 'The file is damaged and could not be read (it ends in the middle)',
    });
    const refusing: Format = { ...text, open: () => Promise.reject(new AppError('ENCRYPTED_DOCUMENT')) };
    await expect(read(refusing, 'anywhere')).rejects.toMatchObject({ code: 'ENCRYPTED_DOCUMENT' });
    const unreadable = formatOf(2, () => Promise.reject(new Error('nothing there')));
    await expect(read(unreadable, 'anywhere')).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
    expect(unreadable.closed()).toBe(1);
  });

  it('does not blame a file that has vanished', async () => {
    const failure = await read(text, join(folder, 'nothing')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ENOENT' });
    expect(failure).not.toBeInstanceOf(AppError);
  });

  it('closes the document when nobody wants more of it, and stops when it is told to', async () => {
    const left = formatOf(5, pageOf);
    for await (const window of readHere(left, { path: 'anywhere', firstPage: 1, windowPages: 1, budgetMs: 1_000 })) {
      expect(window.pages).toHaveLength(1);
      break;
    }
    expect(left.closed()).toBe(1);
    const controller = new AbortController();
    const aborted = formatOf(5, async (number) => {
      controller.abort(new Error('enough'));
      return pageOf(number);
    });
    await expect(read(aborted, 'anywhere', { windowPages: 1, signal: controller.signal })).rejects.toThrow('enough');
    expect(aborted.closed()).toBe(1);
  });

  it.each(PLAIN_TEXTS)('reads $filename in time that grows with its length', async (bomb) => {
    const format = documentFormatOf(bomb.contentType);
    if (!format) throw new Error(`Nothing reads ${bomb.contentType}.`);
    const size = LIMIT / 4;
    const paths = new Map([
      [size, await store(bomb.text(size))],
      [LIMIT, await store(bomb.text(LIMIT))],
    ]);
    const growth = await timeGrowth((bytes) => read(format, paths.get(bytes) ?? ''), { size, enough: 8 });
    expect(growth).toBeLessThan(8);
  });
});
