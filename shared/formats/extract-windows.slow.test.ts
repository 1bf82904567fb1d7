import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { garbage } from '#testing/documents/damage.ts';
import { makeDocx, makeEncryptedDocx } from '#testing/documents/make-docx.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { makePdfBomb } from '#testing/documents/make-pdf-bomb.ts';
import { ENGLISH } from '#testing/reader-tools.ts';
import { type ExtractLimits, type ExtractRequest, extractWindows, type PageWindow } from './extract-windows.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const LIMITS: ExtractLimits = { windowTimeoutMs: 30_000, memoryMb: 512 };
/** Processes are looked up in /proc. */
const hasProc = process.platform === 'linux';
if (!hasProc) console.warn('NOT TESTED here, for want of /proc: the end and the memory of the reader process.');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-windows-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function request(bytes: Buffer | string, extra: Partial<ExtractRequest> = {}): Promise<ExtractRequest> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  return {
    path,
    contentType: 'application/pdf',
    firstPage: 1,
    windowPages: 10,
    limits: LIMITS,
    ocr: ENGLISH,
    ...extra,
  };
}

async function collect(task: ExtractRequest): Promise<PageWindow[]> {
  const windows: PageWindow[] = [];
  for await (const window of extractWindows(task)) windows.push(window);
  return windows;
}

const numbersOf = (windows: PageWindow[]): number[] =>
  windows.flatMap(({ pages }) => pages.map(({ number }) => number));

describe('extractWindows', () => {
  it('yields windows of pages in order', async () => {
    const windows = await collect(await request(makePdf({ pages: 25 })));
    expect(numbersOf(windows)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    // A window has ten pages, or as many as could be read in its time.
    expect(windows.length).toBeGreaterThan(2);
    expect(windows.every(({ pages }) => pages.length > 0 && pages.length <= 10)).toBe(true);
    expect(windows.every(({ totalPages, warnings }) => totalPages === 25 && warnings.length === 0)).toBe(true);
    expect(windows.flatMap(({ pages }) => pages)[20]?.text).toContain('marker21x');
  });

  it('goes on where an interrupted extraction ended', async () => {
    const task = await request(makePdf({ pages: 25 }), { firstPage: 21 });
    expect(numbersOf(await collect(task))).toEqual([21, 22, 23, 24, 25]);
    expect(await collect({ ...task, firstPage: 26 })).toEqual([
      { pages: [], totalPages: 25, warnings: [], holdsFiles: false },
    ]);
  });

  it('reads the other formats, a long text in several pages', async () => {
    const text = 'A line of a log file that goes on and on.\n'.repeat(10_000);
    const windows = await collect(await request(text, { contentType: 'text/plain; charset=utf-8', windowPages: 2 }));
    expect(
      windows
        .flatMap(({ pages }) => pages)
        .map((page) => page.text)
        .join(''),
    ).toBe(text);
    const [empty] = await collect(await request(' \n ', { contentType: 'text/markdown' }));
    expect(empty).toMatchObject({ totalPages: 1, pages: [{ text: ' \n ', headings: [] }] });
  });

  it('tells why a document cannot be read', async () => {
    await expect(collect(await request(garbage(9_999)))).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
    const locked = await request(makeEncryptedDocx(), { contentType: DOCX });
    await expect(collect(locked)).rejects.toMatchObject({ code: 'ENCRYPTED_DOCUMENT' });
    const picture = await request('x', { contentType: 'application/octet-stream' });
    await expect(collect(picture)).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' });
  });

  it('does not blame the document when the file is missing', async () => {
    const failure = await collect({ ...(await request('x')), path: join(folder, 'nothing') }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(AppError);
  });

  it('ends a reader that hangs', async () => {
    const task = await request(makePdfBomb(60), { limits: { windowTimeoutMs: 1_500, memoryMb: 8_000 } });
    const start = performance.now();
    await expect(collect(task)).rejects.toMatchObject({ code: 'PARSE_TIMEOUT' });
    expect(performance.now() - start).toBeLessThan(6_000);
  });

  it('ends a reader that takes too much memory', async () => {
    const task = await request(makeDocx({ paragraphs: ['Ж'.repeat(24_000_000)] }), {
      contentType: DOCX,
      limits: { windowTimeoutMs: 60_000, memoryMb: 130 },
    });
    await expect(collect(task)).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
  });

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController();
    const task = await request(makePdfBomb(60), {
      signal: controller.signal,
      limits: { windowTimeoutMs: 60_000, memoryMb: 8_000 },
    });
    const reading = collect(task);
    setTimeout(() => controller.abort(new Error('enough')), 300);
    await expect(reading).rejects.toThrow('enough');
    await expect(collect({ ...task, signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  it.skipIf(!hasProc)('reads a plain text of 128 KiB in this process and a longer one in another', async () => {
    const processesOf = async (bytes: number): Promise<number> => {
      const before = new Set(await readersOf(process.pid));
      const task = await request('\u001B[31ma\u001B[0m\n'.padEnd(bytes, 'words '), { contentType: 'text/plain' });
      let most = 0;
      for await (const { pages } of extractWindows({ ...task, windowPages: 1 })) {
        expect(pages[0]?.text).toMatch(/^(?:a\n)?(?:\w* )*\w*$/);
        most = Math.max(most, (await readersOf(process.pid)).filter((pid) => !before.has(pid)).length);
      }
      return most;
    };
    expect(await processesOf(128 * 1024)).toBe(0);
    expect(await processesOf(128 * 1024 + 1)).toBeGreaterThan(0);
  });

  it.skipIf(!hasProc)('leaves no process behind when the caller stops early', async () => {
    const before = new Set(await readersOf(process.pid));
    for await (const window of extractWindows(await request(makePdf({ pages: 25 })))) {
      expect(window.pages.length).toBeGreaterThan(0);
      expect((await readersOf(process.pid)).filter((pid) => !before.has(pid)).length).toBeGreaterThan(0);
      break;
    }
    expect((await readersOf(process.pid)).filter((pid) => !before.has(pid))).toEqual([]);
  });

  it.skipIf(!hasProc)('takes a reader that was killed from outside for an accident', async () => {
    const before = new Set(await readersOf(process.pid));
    const windows = extractWindows(await request(makePdf({ pages: 25 })));
    await windows.next();
    for (const pid of await readersOf(process.pid)) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
    const failure = await windows.next().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(AppError);
  });

  it.skipIf(!hasProc)('reads 4,000 pages in flat memory', { timeout: 120_000 }, async () => {
    const before = new Set(await readersOf(process.pid));
    const task = await request(makePdf({ pages: 4_000 }), { windowPages: 100 });
    let pages = 0;
    let peakMb = 0;
    for await (const window of extractWindows(task)) {
      pages += window.pages.length;
      const readers = (await readersOf(process.pid)).filter((pid) => !before.has(pid));
      for (const pid of readers) peakMb = Math.max(peakMb, await peakOf(pid));
    }
    expect(pages).toBe(4_000);
    expect(peakMb).toBeGreaterThan(50);
    expect(peakMb).toBeLessThan(500);
  });

  it.skipIf(!hasProc)('does not outlive a parent that was killed, even in a loop', { timeout: 60_000 }, async () => {
    const task = await request(makePdfBomb(60), { limits: { windowTimeoutMs: 120_000, memoryMb: 16_000 } });
    const module = fileURLToPath(new URL('./extract-windows.ts', import.meta.url));
    const code = `import { extractWindows } from ${JSON.stringify(module)};
      for await (const window of extractWindows(${JSON.stringify(task)})) console.log(window);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'ignore' });
    // Only when it has used a second of processor time is it deep in the document; walls are built before it is there.
    const reader = await until(async () => {
      const [innermost = 0] = await readersOf(parent.pid ?? 0);
      return (await cpuSecondsOf(innermost)) > 1 ? innermost : undefined;
    });
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(async () => ((await isAlive(reader)) ? undefined : true));
  });
});

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('What was waited for did not happen within 20 s.');
}

/** Fields of /proc/PID/stat after the name, from the state on; nothing for a process that is gone. */
async function statOf(pid: number | string): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The processes below `parent` that have none below them: walls may stand around the one that reads. */
async function readersOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, Number((await statOf(pid))[1])] as const)));
  const childrenOf = (of: number): number[] => pids.filter((pid) => parents.get(pid) === of);
  const leaves = (of: number): number[] => {
    const children = childrenOf(of);
    return children.length === 0 ? [of] : children.flatMap(leaves);
  };
  return childrenOf(parent).flatMap(leaves);
}

async function isAlive(pid: number): Promise<boolean> {
  const [state] = await statOf(pid);
  return state !== undefined && state !== '' && state !== 'Z';
}

async function cpuSecondsOf(pid: number): Promise<number> {
  return Number((await statOf(pid))[11]) / 100;
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
