import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawText } from '#testing/documents/make-picture.ts';
import { makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { writeTinyClipModel } from '#testing/models/tiny-clip-model.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { writeTinyWhisper } from '#testing/models/tiny-whisper.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = await readFile(join(ROOT, 'docs/models.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap((block) => block[1]?.split('\n') ?? [])
  .filter((line) => line !== '' && !line.startsWith('#'));
/** Needs the model hub, which tests do without: the models are made here instead, in the folder that these fill. */
const NEEDS_HUB = /^(pip install|hf download) /;
const SETTINGS = {
  EMBEDDING_MODEL: 'tiny/words',
  CLIP_MODEL: 'tiny/clip',
  WHISPER_MODEL: 'tiny/whisper',
  // The page is about models; reading the receipt in six languages takes seconds.
  OCR_LANGUAGES: 'eng',
};

/** Where the page's reader stands: the repository with the reader's own files in it. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-models-page-'));
  const modelDir = join(folder, '.omnirag/models');
  const words = ['coffees', 'total', 'puffins', 'burrows'];
  const phrases = [{ hertz: 2_000, words: ['puffins', 'dig', 'burrows.'] }];
  await Promise.all([
    ...['package.json', 'cli'].map((name) => symlink(join(ROOT, name), join(folder, name))),
    writeTinyEmbeddingModel({ modelDir, modelId: SETTINGS.EMBEDDING_MODEL, words }),
    writeTinyClipModel({ modelDir, modelId: SETTINGS.CLIP_MODEL }),
    writeTinyWhisper({ modelDir, modelId: SETTINGS.WHISPER_MODEL, phrases }),
    makePlainPng(RED).then((png) => sharp(png).jpeg().toFile(join(folder, 'beach.jpg'))),
    drawText(['Harbour kiosk', 'Two coffees 5.80']).toFile(join(folder, 'receipt.png')),
    copyFile(join(ROOT, 'testing/sound/fixtures/tone.mp3'), join(folder, 'talk.mp3')),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every command of docs/models.md that needs no hub does what the page says', { timeout: 180_000 }, async () => {
  const demos = commands.filter((command) => !NEEDS_HUB.test(command));
  expect(demos).toHaveLength(1);
  for (const command of demos) {
    // Rejects where the command exits with anything but 0.
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', command], {
      cwd: folder,
      env: { ...process.env, ...SETTINGS },
    });
    const hits = stripVTControlCharacters(stdout).match(/^\d+\. .*$/gm) ?? [];
    expect(hits[0]).toMatch(/^1\. beach\.jpg, page 1 +picture #1 /);
    expect(hits.some((hit) => hit.includes('talk.mp3, 0.0–1.0 s '))).toBe(true);
    expect(stdout).toContain('Two coffees 5.80');
    expect(stdout).toContain('puffins dig burrows.');
    expect(stdout).toContain('3 of 3 files can be searched');
  }
});

it('the files that docs/models.md tells to fetch go where the demo looks for them', () => {
  const fetched = commands.filter((command) => command.startsWith('hf download '));
  const models = [...page.matchAll(/^\|.*\| `\w+_MODEL` \| `([^`]+\/[^`]+)`/gm)].map((match) => match[1]);
  expect(models).toHaveLength(3);
  expect(fetched).toEqual(models.map((model) => `hf download ${model} --local-dir .omnirag/models/${model}`));
});
