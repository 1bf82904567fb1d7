import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSegment } from '#shared/bm25/segment.ts';
import { detectType } from '#shared/formats/detect-type.ts';
import { extractWindows } from '#shared/formats/extract-windows.ts';
import type { ExtractedPage } from '#shared/formats/format.ts';
import { chunkLimits } from '#shared/models/models.ts';
import { chunkPage, INITIAL_CHUNK_STATE } from '#shared/pipeline/chunk/chunk-page.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer } from '#shared/runtime/container.ts';
import { detectLanguage } from '#shared/text/detect-language.ts';
import { createPassageEncoder } from '#shared/text/sparse-bm25.ts';
import { eachOf } from '../temporary-system.ts';
import type { BenchFile } from './collections.ts';

export interface StageAlone {
  stage: string;
  seconds: number;
  /** Processor seconds of this process; what reads files has processes of its own. */
  processor: number;
}

/** Readers at a time: as many as there are processors. */
const READERS = 2;
const WINDOW_PAGES = 50;
const EMBEDDED_TOGETHER = 64;
const HEAD_BYTES = 65_536;

/** The work of each stage on the same files, without database, queues and storage. */
export async function stagesAlone(
  env: Record<string, string>,
  files: readonly BenchFile[],
  say: (line: string) => void,
): Promise<StageAlone[]> {
  const stages: StageAlone[] = [];
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    const done = await work();
    const { user, system } = process.cpuUsage(used);
    stages.push({ stage, seconds: (performance.now() - begun) / 1_000, processor: (user + system) / 1e6 });
    say(`${stage} alone is measured`);
    return done;
  };
  const pages = (await timed('reading', () => readAll(files))).flat();
  const container = buildContainer(readConfig(env));
  try {
    const embedder = container.embedders.of(container.embedders.chosen);
    const limits = chunkLimits(await embedder.describe());
    const texts = await timed('cutting', async () => {
      const passages: { text: string; language: string | null }[] = [];
      for (const page of pages) {
        const { chunks } = await chunkPage(page, INITIAL_CHUNK_STATE, limits, (cut) => embedder.countTokens(cut));
        for (const { text } of chunks) passages.push({ text, language: detectLanguage(text) });
      }
      for (let at = 0; at < passages.length; at += EMBEDDED_TOGETHER)
        buildSegment(passages.slice(at, at + EMBEDDED_TOGETHER));
      return passages;
    });
    await timed('embedding', async () => {
      const encode = createPassageEncoder();
      for (let at = 0; at < texts.length; at += EMBEDDED_TOGETHER) {
        const some = texts.slice(at, at + EMBEDDED_TOGETHER);
        await embedder.embedPassages(some.map(({ text }) => text));
        for (const { text, language } of some) encode(text, language);
      }
    });
  } finally {
    await container.db.destroy();
  }
  return stages;
}

async function readAll(files: readonly BenchFile[]): Promise<ExtractedPage[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
  try {
    return await eachOf(files, (file) => readOne(folder, file), READERS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readOne(folder: string, { name, bytes }: BenchFile): Promise<ExtractedPage[]> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const { contentType } = await detectType({ filename: name, head: bytes.subarray(0, HEAD_BYTES) });
  const pages: ExtractedPage[] = [];
  const limits = { windowTimeoutMs: 600_000, memoryMb: 600 };
  for await (const window of extractWindows({ path, contentType, firstPage: 1, windowPages: WINDOW_PAGES, limits })) {
    pages.push(...window.pages);
  }
  await rm(path);
  return pages;
}
