import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatOfExtension } from '#shared/formats/registry.ts';
import { makeWav, type WavCoding } from '#testing/sound/make-wav.ts';
import { tones } from '#testing/sound/tones.ts';
import { isSilent } from '../loudness.ts';
import { openSound } from './open-sound.ts';
import { findFfmpeg } from './start-ffmpeg.ts';

const FIXTURES = fileURLToPath(new URL('../../../../testing/sound/fixtures/', import.meta.url));
const searchPath = process.env.PATH ?? '';
const ffmpeg = await findFfmpeg(searchPath);
if (!ffmpeg) console.warn('NOT TESTED: m4a, aac, mp4 and webm. Install ffmpeg to test them.');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-sound-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function stored(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const fixture = (name: string): Promise<Buffer> => readFile(join(FIXTURES, name));

async function decode(path: string, { fromSample = 0, memoryMb = 512, programs = searchPath } = {}) {
  const format = formatOfExtension(path.split('.').at(-1) ?? '');
  if (!format || !('decoder' in format)) throw new Error(`${path} is no recording`);
  const limits = { windowTimeoutMs: 30_000, memoryMb };
  const source = await openSound(format, { path, formatId: format.id, fromSample, limits }, programs);
  try {
    const samples = await source.read(60 * 16_000);
    return {
      samples,
      seconds: samples.length / 16_000,
      declared: source.declaredSeconds(),
      warnings: source.warnings(),
    };
  } finally {
    await source.end();
  }
}

/** The frequency of a pure tone by its zero crossings. */
function pitch(samples: Float32Array): number {
  let crossings = 0;
  for (let at = 1; at < samples.length; at += 1)
    if ((samples[at - 1] ?? 0) < 0 !== (samples[at] ?? 0) < 0) crossings += 1;
  return (crossings * 8_000) / samples.length;
}

describe('recordings that are decoded here', () => {
  it.each(['tone.mp3', 'tone.flac', 'tone.ogg', 'tone.opus'])('%s', async (name) => {
    const { samples, seconds, declared, warnings } = await decode(join(FIXTURES, name));
    expect(Math.abs(seconds - 2)).toBeLessThan(0.1);
    expect(Math.abs((declared ?? 0) - 2)).toBeLessThan(0.1);
    expect(pitch(samples.subarray(8_000, 24_000))).toBeCloseTo(2_000, -1);
    expect(warnings).toEqual([]);
  });

  it('wav of every number of bits, stereo', async () => {
    const sound = tones([{ seconds: 0.5, hertz: 500 }], 48_000);
    const codings: readonly WavCoding[] = ['u8', 's16', 's24', 's32', 'f32', 'f64', 'extensible'];
    for (const coding of codings) {
      const path = await stored(`${coding}.wav`, makeWav([sound, sound], 48_000, coding));
      const { samples, seconds, declared } = await decode(path);
      expect([coding, seconds, declared]).toEqual([coding, 0.5, 0.5]);
      expect(pitch(samples)).toBeCloseTo(500, -1);
      expect(Math.max(...samples)).toBeCloseTo(0.5, 1);
    }
  });

  it('go on at any sample as if they had been read up to it', async () => {
    const sound = tones(
      [
        { seconds: 3, hertz: 0 },
        { seconds: 1, hertz: 700 },
      ],
      44_100,
    );
    for (const path of [await stored('long.wav', makeWav([sound], 44_100, 's16')), join(FIXTURES, 'tone.flac')]) {
      const whole = await decode(path);
      const rest = await decode(path, { fromSample: 20_000 });
      expect(rest.samples.length).toBe(whole.samples.length - 20_000);
      const differences = rest.samples
        .slice(100)
        .map((value, at) => Math.abs(value - (whole.samples[20_100 + at] ?? 0)));
      expect(Math.max(...differences)).toBeLessThan(0.02);
    }
  });

  it('say when they break off', async () => {
    const wav = makeWav([tones([{ seconds: 4, hertz: 500 }])], 16_000, 's16');
    const mp3 = await fixture('tone.mp3');
    const cut = await decode(await stored('cut.wav', wav.subarray(0, wav.length / 4)));
    expect(cut.seconds).toBeCloseTo(1, 1);
    expect(cut.warnings).toEqual([
      'The recording is incomplete: only 00:00:01 of the declared 00:00:04 could be read.',
    ]);
    const short = await decode(await stored('cut.mp3', mp3.subarray(0, mp3.length / 4)));
    expect(short.warnings).toEqual([
      expect.stringMatching(/^The recording is incomplete: only 00:00:0[01] of the declared 00:00:02/),
    ]);
    const flac = await fixture('tone.flac');
    expect((await decode(await stored('cut.flac', flac.subarray(0, flac.length / 4)))).warnings).toHaveLength(1);
    const ogg = await fixture('tone.ogg');
    expect((await decode(await stored('cut.ogg', ogg.subarray(0, ogg.length - 900)))).warnings).toHaveLength(1);
  });

  it.each(['wav', 'mp3', 'flac', 'ogg'])('end with a code when they are nonsense: %s', async (extension) => {
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * at * 31 + at * 7) % 251));
    const end = await decode(await stored(`noise.${extension}`, noise)).then(
      ({ seconds }) => seconds,
      (error: { code?: string }) => error.code,
    );
    expect(['DAMAGED_FILE', 0]).toContain(end);
  });

  it('end with a code when a few bytes promise months of silence', async () => {
    const wav = Buffer.from(makeWav([new Float32Array(16)], 8_000, 'u8'));
    const bytes = 25 * 3_600 * 8_000;
    wav.writeUInt32LE(bytes, 40);
    const path = await stored('hole.wav', wav);
    // A hole of the file system, which takes no room.
    await truncate(path, 44 + bytes);
    await expect(decode(path, { fromSample: 24 * 3_600 * 16_000 + 16_000 })).rejects.toMatchObject({
      code: 'RESOURCE_LIMIT',
    });
  });

  it('name the coding of a WAV that is no PCM', async () => {
    const wav = Buffer.from(makeWav([tones([{ seconds: 1, hertz: 500 }])], 16_000, 's16'));
    wav.writeUInt16LE(17, 20);
    await expect(decode(await stored('adpcm.wav', wav))).rejects.toMatchObject({ code: 'CODEC_UNAVAILABLE' });
  });
});

describe('recordings that ffmpeg decodes', () => {
  it('say what to install where there is none', async () => {
    await expect(decode(join(FIXTURES, 'tone.m4a'), { programs: folder })).rejects.toMatchObject({
      code: 'CODEC_UNAVAILABLE',
      message: expect.stringMatching(/\.m4a.*ffmpeg.*install/),
    });
  });

  it.skipIf(!ffmpeg).each(['tone.m4a', 'tone.aac', 'tone.webm', 'tone.mp4'])('%s', async (name) => {
    const { samples, seconds, declared } = await decode(join(FIXTURES, name));
    expect(seconds).toBeCloseTo(2, 0);
    expect(declared).toBeCloseTo(2, 0);
    expect(pitch(samples.subarray(8_000, 24_000))).toBeCloseTo(2_000, -1);
    const rest = await decode(join(FIXTURES, name), { fromSample: 16_000 });
    expect(rest.seconds).toBeCloseTo(1, 0);
  });

  it.skipIf(!ffmpeg)('has nothing to read in a video without sound, and says so', async () => {
    const { seconds, warnings } = await decode(join(FIXTURES, 'silent.mp4'));
    expect({ seconds, warnings }).toEqual({ seconds: 0, warnings: ['The file has no audio.'] });
  });

  it.skipIf(!ffmpeg)('follows no playlist to other files and addresses', async () => {
    const secret = await stored('secret.wav', makeWav([tones([{ seconds: 1, hertz: 500 }])], 16_000, 's16'));
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`;
    await expect(decode(await stored('list.mp4', Buffer.from(playlist)))).rejects.toMatchObject({
      code: 'DAMAGED_FILE',
    });
    const concat = `ffconcat version 1.0\nfile '${secret}'\n`;
    await expect(decode(await stored('list.mkv', Buffer.from(concat)))).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
  });
});

it('silence is what nobody can hear', () => {
  expect(isSilent(tones([{ seconds: 2, hertz: 0 }]))).toBe(true);
  expect(isSilent(tones([{ seconds: 2, hertz: 300 }]).map((value) => value / 1_000))).toBe(true);
  expect(isSilent(tones([{ seconds: 2, hertz: 300 }]).map((value) => value / 100))).toBe(false);
});
