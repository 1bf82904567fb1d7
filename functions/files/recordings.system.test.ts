import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { findFfmpeg } from '#shared/formats/sound/process/start-ffmpeg.ts';
import { writeTinyWhisper } from '#testing/models/tiny-whisper.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';
import { makeWav } from '#testing/sound/make-wav.ts';
import { type Stretch, tones } from '#testing/sound/tones.ts';
import { SPEECH_MODEL } from '#testing/start-shared-system.ts';

const FIXTURES = fileURLToPath(new URL('../../testing/sound/fixtures/', import.meta.url));
const ffmpeg = await findFfmpeg(process.env.PATH ?? '');
if (!ffmpeg) console.warn('NOT TESTED: m4a, aac, mp4 and webm through the whole system. Install ffmpeg to test them.');
const corpora = process.env.OMNIRAG_CORPORA;
if (!corpora) console.warn('NOT TESTED: real recordings. Set OMNIRAG_CORPORA to the folder that holds documents/.');

/** The tones that the tiny model takes for words. */
const GANNETS = 400;
const PUFFINS = 2_000;

let person: Person;
const wav = (stretches: readonly Stretch[]) => makeWav([tones(stretches)], 16_000, 's16');

async function store(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileView> {
  const file = await uploadBytes(person, name, bytes);
  return untilSettled(person, file.id, 60_000);
}

async function search(query: string): Promise<SearchAnswer['results']> {
  const { results } = await person.request<SearchAnswer>('POST', '/search', { query, mode: 'keyword', limit: 50 });
  return results;
}

/** The answers are asked for in order: first without a model, then with one. */
describe('recordings', () => {
  beforeAll(async () => {
    person = await newPerson();
  });

  it('without a model end at once with what to do; silence needs none; reprocessing works once it is there', async () => {
    const speech = wav([{ seconds: 3, hertz: GANNETS }]);
    const [failed, silent] = await Promise.all([
      store('talk.wav', speech),
      store('silence.wav', wav([{ seconds: 65, hertz: 0 }])),
    ]);
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: { code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/MODEL_DIR\/.*reprocess/) },
    });
    expect(silent).toMatchObject({
      status: 'READY',
      warnings: ['No speech was found in the recording.'],
      progress: { chunks: 0, pagesDone: 1, pages: 1 },
      language: null,
    });

    const modelDir = inject('system').env.MODEL_DIR ?? '';
    await writeTinyWhisper({
      modelDir,
      modelId: SPEECH_MODEL,
      phrases: [
        { hertz: GANNETS, words: ['gannets', 'dive', 'at', 'noon.'] },
        { hertz: PUFFINS, words: ['puffins', 'dig', 'burrows.'] },
      ],
      language: 'cy',
    });
    await person.request('POST', `/files/${failed.id}/reprocess`);
    expect(await untilSettled(person, failed.id, 60_000)).toMatchObject({ status: 'READY', language: 'cy' });
    const [hit] = await search('gannets');
    expect(hit).toMatchObject({ filename: 'talk.wav', location: { startSeconds: 0, endSeconds: 1 } });
  });

  it('are found by the second, page by page', async () => {
    const stretches = [
      { seconds: 24, hertz: GANNETS },
      { seconds: 1, hertz: 0 },
      { seconds: 24, hertz: GANNETS },
      { seconds: 1, hertz: 0 },
      { seconds: 24, hertz: GANNETS },
      { seconds: 2, hertz: 0 },
      { seconds: 10, hertz: PUFFINS },
    ];
    const file = await store('lecture.wav', wav(stretches));
    expect(file).toMatchObject({ status: 'READY', contentType: 'audio/wav', progress: { pages: 2, pagesDone: 2 } });
    const hit = (await search('puffins')).find(({ filename }) => filename === 'lecture.wav');
    const location = hit?.location as { startSeconds: number; endSeconds: number };
    // The window begins in the pause from 74 to 76 s, and the model says: from its beginning, for a second.
    expect(location.startSeconds).toBeGreaterThan(74);
    expect(location.startSeconds).toBeLessThan(76);
    expect(location.endSeconds - location.startSeconds).toBeCloseTo(1, 1);

    const { pages } = await person.request<{ pages: { text: string; location: object }[] }>(
      'GET',
      `/files/${file.id}/text`,
    );
    expect(pages.map(({ text }) => text)).toEqual([
      'gannets dive at noon. gannets dive at noon. gannets dive at noon.',
      'puffins dig burrows.',
    ]);
    expect(pages[1]?.location).toEqual(location);
  });

  it('are read in every format that is decoded here', async () => {
    await Promise.all(['tone.mp3', 'tone.flac', 'tone.ogg', 'tone.opus'].map(expectFound));
  });

  it.skipIf(!ffmpeg)('and videos are read through ffmpeg; one without sound is READY, and says so', async () => {
    const [silent] = await Promise.all([
      fixture('silent.mp4').then((bytes) => store('silent.mp4', bytes)),
      ...['tone.m4a', 'tone.aac', 'tone.webm', 'tone.mp4'].map(expectFound),
    ]);
    expect(silent).toMatchObject({
      status: 'READY',
      progress: { chunks: 0 },
      warnings: ['The file has no audio.', 'No speech was found in the recording.'],
    });
  });

  it.skipIf(ffmpeg)('that need ffmpeg say what to install where there is none', async () => {
    expect(await store('tone.m4a', await fixture('tone.m4a'))).toMatchObject({
      status: 'FAILED',
      error: { code: 'CODEC_UNAVAILABLE', message: expect.stringContaining('install') },
    });
  });

  it('are taken for what they hold, whatever they are called', async () => {
    const text = new TextEncoder().encode('minutes of the meeting, not its recording\n'.repeat(9));
    const mp3 = await fixture('tone.mp3');
    const [renamed, minutes, talk, cut] = await Promise.all([
      store('renamed.mp3', wav([{ seconds: 3, hertz: PUFFINS }])),
      store('minutes.wav', text),
      store('talk.txt', mp3),
      store('cut.mp3', mp3.slice(0, mp3.length / 4)),
    ]);
    expect(renamed).toMatchObject({ status: 'READY', contentType: 'audio/wav' });
    expect(minutes).toMatchObject({ status: 'FAILED', error: { code: 'TYPE_MISMATCH' } });
    expect(talk).toMatchObject({ status: 'FAILED', error: { code: 'TYPE_MISMATCH' } });
    expect(cut).toMatchObject({
      status: 'READY',
      warnings: [expect.stringMatching(/^The recording is incomplete/)],
    });
  });

  it.skipIf(!corpora)('of people end READY or FAILED with a code', async () => {
    const folder = join(corpora ?? '', 'documents', 'audio');
    const names = await readdir(folder);
    const files = await Promise.all(
      names.map(async (name) => store(name, Uint8Array.from(await readFile(join(folder, name))))),
    );
    const ends = files.map(({ filename, status, error }) => `${filename}: ${error?.code ?? status}`);
    expect(ends.toSorted()).toEqual(names.toSorted().map((name) => `${name}: READY`));
  });

  async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await readFile(join(FIXTURES, name)));
  }

  async function expectFound(name: string): Promise<void> {
    expect(await store(name, await fixture(name))).toMatchObject({ status: 'READY', warnings: [], language: 'cy' });
    const hit = (await search('puffins')).find(({ filename }) => filename === name);
    expect(hit).toMatchObject({ text: 'puffins dig burrows.', location: { startSeconds: 0, endSeconds: 1 } });
  }
});
