import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createApiClient, registerAccount } from '#cli/api-client.ts';
import { followFile } from '#cli/follow-file.ts';
import type { FileProgress } from '#cli/progress.ts';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import { formatOfExtension } from '#shared/formats/registry.ts';
import { openSound } from '#shared/formats/sound/process/open-sound.ts';
import { findFfmpeg } from '#shared/formats/sound/process/start-ffmpeg.ts';
import { writeTinyWhisper } from '#testing/models/tiny-whisper.ts';
import { whisperShapedEncoder } from '#testing/models/whisper-shaped-encoder.ts';
import { makeWav } from '#testing/sound/make-wav.ts';
import { tones } from '#testing/sound/tones.ts';
import type { Bench, BenchRow } from './bench.ts';

const HOUR = 3_600;
const SHAPED_SECONDS = 150;
const PHRASES = [{ hertz: 400, words: ['gannets', 'dive.'] }];
const searchPath = process.env.PATH ?? '';

/** An hour of sound through the whole system: how fast, and how much memory each process takes. */
export const recordings: Bench = {
  name: 'recordings',
  description: 'one hour of sound, decoded and transcribed; the memory of every process',
  onlyByName: true,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    try {
      const wav = await writeRecording(join(folder, 'hour.wav'), HOUR);
      const ffmpeg = await findFfmpeg(searchPath);
      if (!ffmpeg)
        notes.push('NOT MEASURED: mp3, flac, opus and m4a. Install ffmpeg, which makes them and is the reference.');
      const others = ffmpeg ? await encodeAll(ffmpeg, wav, folder, say) : [];
      for (const path of [wav, ...others]) rows.push(await decodingSpeed(path, ffmpeg, say));
      const modelDir = join(folder, 'models');
      await writeTinyWhisper({ modelDir, modelId: 'bench/tiny', phrases: PHRASES });
      for (const path of [wav, ...others.filter((each) => /mp3|m4a/.test(each))]) {
        rows.push(...(await wholeSystem(path, HOUR, { folder, modelDir, model: 'bench/tiny' }, say)));
      }
      await writeTinyWhisper({ modelDir, modelId: 'bench/base', phrases: PHRASES, encoder: whisperShapedEncoder() });
      const short = await writeRecording(join(folder, 'base.wav'), SHAPED_SECONDS);
      rows.push(...(await wholeSystem(short, SHAPED_SECONDS, { folder, modelDir, model: 'bench/base' }, say)));
      notes.push(
        "hour.*: a model of some kilobytes. base.wav: an encoder of whisper-base's shape; the real decoder comes on top.",
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return { rows, notes };
  },
};

/** Tones of 24 s with a second of silence between. */
async function writeRecording(path: string, seconds: number): Promise<string> {
  const part = tones([
    { seconds: 24, hertz: 400 },
    { seconds: 1, hertz: 0 },
  ]);
  const wav = Buffer.from(makeWav([part], 16_000, 's16'));
  const times = seconds / 25;
  const header = wav.subarray(0, 44);
  header.writeUInt32LE((wav.length - 44) * times, 40);
  const file = createWriteStream(path);
  file.write(header);
  for (let at = 0; at < times; at += 1) file.write(wav.subarray(44));
  file.end();
  await finished(file);
  return path;
}

async function encodeAll(ffmpeg: string, wav: string, folder: string, say: (line: string) => void): Promise<string[]> {
  const paths: string[] = [];
  for (const extension of ['mp3', 'flac', 'opus', 'm4a']) {
    say(`encoding an hour of ${extension}`);
    const path = join(folder, `hour.${extension}`);
    await promisify(execFile)(ffmpeg, ['-loglevel', 'error', '-i', wav, '-b:a', '64k', path]);
    paths.push(path);
  }
  return paths;
}

async function decodingSpeed(path: string, ffmpeg: string | undefined, say: (line: string) => void): Promise<BenchRow> {
  const extension = path.split('.').at(-1) ?? '';
  say(`decoding ${extension}`);
  const format = formatOfExtension(extension);
  if (!format || !('decoder' in format)) throw new Error(`${extension} is no recording`);
  const order = { path, formatId: format.id, fromSample: 0, limits: { windowTimeoutMs: 60_000, memoryMb: 600 } };
  const value = await rate(async () => {
    const source = await openSound(format, order, searchPath);
    while ((await source.read(480_000)).length > 0);
    await source.end();
  });
  const row = { name: `decode ${extension}`, value, unit: 's of sound/s' };
  if (!ffmpeg) return row;
  const command = ['-loglevel', 'error', '-threads', '1', '-i', path, '-ac', '1', '-ar', '16000', '-f', 's16le', '-y'];
  const reference = await rate(() => promisify(execFile)(ffmpeg, [...command, '/dev/null']));
  return { ...row, reference: { name: 'ffmpeg', value: reference }, ratio: value / reference };
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return HOUR / ((performance.now() - begun) / 1_000);
}

async function wholeSystem(
  path: string,
  seconds: number,
  { folder, modelDir, model }: { folder: string; modelDir: string; model: string },
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const name = path.split('/').at(-1) ?? '';
  say(`${name} through the whole system`);
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const env = { ...process.env, PORT: '0', EMBEDDING_MODEL: 'hashing-384', MODEL_DIR: modelDir, WHISPER_MODEL: model };
  const system = await startSystem({ dataDir, env: { ...env, LOG_LEVEL: 'error' }, onEvent: () => undefined });
  try {
    const spent = await transcribe(system, path, say);
    const peaks = system.peakRssMb();
    return [
      { name: `${name}: READY`, value: seconds / spent, unit: 's of sound/s' },
      ...['decoder', 'ffmpeg', 'functions', 'models'].flatMap((process) =>
        peaks[process] === undefined
          ? []
          : [{ name: `${name}: ${process}`, value: peaks[process], unit: 'MB at most' }],
      ),
      { name: `${name}: largest process`, value: Math.max(...Object.values(peaks)), unit: 'MB at most' },
    ];
  } finally {
    await system.stop();
  }
}

async function transcribe(system: RunningSystem, path: string, say: (line: string) => void): Promise<number> {
  const account = { email: 'bench@example.org', username: 'bench', password: 'a password for the bench' };
  const { accessToken } = await registerAccount(system.url, account);
  const client = createApiClient(system.url, accessToken);
  let told = -1;
  const progress: FileProgress = {
    show({ progress: { pagesDone, pages } }) {
      const tens = Math.floor(pagesDone / 10);
      if (tens > told) say(`  page ${pagesDone} of ${pages}`);
      told = Math.max(told, tens);
    },
  };
  const outcome = await followFile(client, path, progress, new AbortController().signal);
  if (outcome.status !== 'READY') throw new Error(`${path} ended ${outcome.status}: ${outcome.error?.message}`);
  return outcome.seconds;
}
