import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { endSignal, OUTSIDE } from '#shared/formats/sandbox/end-signal.ts';
import { startConfined } from '#shared/formats/sandbox/start-confined.ts';
import { findWalls } from '#shared/formats/sandbox/walls.ts';
import { SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';
import { keepTail, outputOf, readPcm } from './pcm-process.ts';
import type { SoundOrder, SoundSource } from './sound-source.ts';

/** Containers that ffmpeg may take the file for. Playlists are none of them: they name other files and addresses. */
const CONTAINERS = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,avi,asf,flv,mpeg,mpegts,ogg,wav,mp3,flac,aiff,amr,caf';
/** Measured: 45 MB for an hour of AAC; a video's other tracks are passed over. */
const MEMORY_MB = 128;
/** Of resident memory, its libraries included. */
const WATCHED_MB = 512;
const NOT_STARTED = /^(?:bwrap|setpriv|unshare|nice|sandbox|\/bin\/sh): |error while loading shared libraries/m;
/** The largest single piece of memory it may ask for: a header can ask for any. */
const MOST_ALLOCATED_BYTES = 256 * 1024 ** 2;

/** The absolute path of the first `ffmpeg` on the path; undefined when there is none. */
export async function findFfmpeg(searchPath: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of searchPath.split(delimiter).filter((each) => each !== '')) {
    const candidate = join(folder, name);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}

/**
 * Starts ffmpeg on one file, under limits of the system: it may open files and pipes only, decodes the first sound track with one
 * thread, and its samples are read from its stdout.
 */
export function startFfmpeg(program: string, order: SoundOrder): SoundSource {
  // Its arguments are passed on as they are; no shell reads them.
  const walls = findWalls(program, '-version');
  const { child, isOverMemory } = startConfined(
    {
      program,
      args: argumentsFor(order),
      document: resolve(order.path),
      read: [],
      limits: { memoryMb: MEMORY_MB, threads: 0, fileBytes: 0 },
      watchedMb: WATCHED_MB,
      env: { LANG: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
    walls,
  );
  const messagesOf = outputOf(child, 2);
  const stderr = keepTail(messagesOf);
  let declaredSeconds: number | undefined;
  let messages = '';
  messagesOf.on('data', (text: string) => {
    // The length stands among the first lines, which the end of a long complaint would push out.
    if (declaredSeconds !== undefined || messages.length > 100_000) return;
    messages += text;
    declaredSeconds = durationIn(messages);
  });
  let ended = { hasSound: true, complaints: false };
  return readPcm(child, order, {
    declaredSeconds: () => (ended.hasSound ? declaredSeconds : undefined),
    warnings: () => [
      ...(ended.hasSound ? [] : ['The file has no audio.']),
      ...(ended.complaints ? ['Parts of the audio are damaged and were skipped.'] : []),
    ],
    failure(code, signal) {
      const told = stderr();
      const hasSound = !/matches no streams|does not contain any stream/.test(told);
      ended = { hasSound, complaints: hasSound && /error|invalid|corrupt/i.test(told.replace(/^.*Stream #.*$/gm, '')) };
      if (code === 0 || !hasSound) return undefined;
      if (isOverMemory()) return new AppError('RESOURCE_LIMIT');
      return explainFailure(code, signal, told);
    },
  });
}

function argumentsFor({ path, fromSample }: SoundOrder): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info', '-max_alloc', String(MOST_ALLOCATED_BYTES)],
    ...['-threads', '1', '-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS],
    ...(fromSample > 0 ? ['-ss', (fromSample / SPEECH_SAMPLE_RATE).toFixed(6)] : []),
    ...['-i', `file:${resolve(path)}`, '-map', '0:a:0', '-vn', '-sn', '-dn'],
    ...['-ac', '1', '-ar', String(SPEECH_SAMPLE_RATE), '-f', 's16le', 'pipe:1'],
  ];
}

/** `Duration: 00:01:02.03` */
function durationIn(messages: string): number | undefined {
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(messages) ?? [];
  return seconds === undefined ? undefined : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function explainFailure(code: number | null, signal: NodeJS.Signals | null, told: string): Error {
  const ended = endSignal(code, signal);
  // Nothing in a recording can send these: an operator, a shutdown or the kernel did.
  if (ended !== undefined && OUTSIDE.has(ended)) return new Error(`ffmpeg was stopped from outside (${ended}).`);
  // What stands around it could not be built, or the system could not start it.
  if (NOT_STARTED.test(told)) return new Error(`ffmpeg could not be started: ${told.trim()}`);
  const cause = new Error(`ffmpeg exited with ${ended ?? `exit code ${code}`}: ${told.trim()}`);
  if (/Decoder .* not found|Unknown decoder|could not find codec parameters.*unknown codec/i.test(told)) {
    return new AppError('CODEC_UNAVAILABLE', {
      detail:
        'The installed ffmpeg has no decoder for the audio in this file. Install a full build of ffmpeg and reprocess the file.',
      cause,
    });
  }
  return new AppError('DAMAGED_FILE', { detail: 'The file is damaged: ffmpeg could not read its audio.', cause });
}
