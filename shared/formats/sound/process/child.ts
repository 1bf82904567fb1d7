import { writeSync } from 'node:fs';
import { AppError } from '#shared/errors/app-error.ts';
import { lockWorkers } from '#shared/formats/sandbox/lock-workers.ts';
import { isOutOfMemory } from '#shared/formats/sandbox/out-of-memory.ts';
import { startWatchdog } from '#shared/formats/sandbox/start-watchdog.ts';
import { DECODERS } from '../decode/decoders.ts';
import { toSpeechSamples } from '../decode/speech-samples.ts';
import { type DecoderFact, type DecoderTask, FACTS_HANDLE } from './facts.ts';

/**
 * The decoding process: writes the recording as 16-bit mono samples to stdout. The pipe takes 64 KB and then makes it
 * wait, so it decodes no faster than its parent listens. It may read the program and the recording only.
 */
async function main(task: DecoderTask): Promise<void> {
  lockWorkers();
  if (task.ownWatchdog) watch(task);
  tell({ type: 'started' });
  const open = DECODERS[task.formatId];
  if (!open) throw new Error(`The decoder "${task.formatId}" does not exist.`);
  const decoding = await (await open())(task.path, task.fromSample / task.sampleRate);
  tell({ type: 'begun', declaredSeconds: decoding.declaredSeconds });
  const summary = { decodedSeconds: 0 };
  for await (const samples of toSpeechSamples(decoding, task, summary)) await write(samples);
  tell({ type: 'ended', warnings: [...decoding.warnings, ...tooShort(decoding.declaredSeconds, summary)] });
}

/** Decoders end at the last whole frame without an error, wherever the file was cut off. */
function tooShort(declaredSeconds: number | undefined, { decodedSeconds }: { decodedSeconds: number }): string[] {
  if (declaredSeconds === undefined || decodedSeconds >= declaredSeconds * 0.98 - 1) return [];
  return [
    `The recording is incomplete: only ${clock(decodedSeconds)} of the declared ${clock(declaredSeconds)} could be read.`,
  ];
}

/** `1:02:03` */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function watch({ memoryMb }: DecoderTask): void {
  startWatchdog({
    parentPid: process.ppid,
    memoryMb,
    // Time is the parent's business: how long a process waits for a slow listener says nothing about the recording.
    windowTimeoutMs: 0,
    busySince: new Float64Array(new SharedArrayBuffer(8)),
  });
}

function write(samples: Int16Array): Promise<void> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function tell(fact: DecoderFact): void {
  writeSync(FACTS_HANDLE, `${JSON.stringify(fact)}\n`);
}

function refuse(error: unknown): void {
  if (error instanceof AppError) tell({ type: 'refused', code: error.code, detail: error.message });
  else if (isOutOfMemory(error)) {
    const detail = 'Decoding the recording needed more memory than allowed.';
    tell({ type: 'refused', code: 'RESOURCE_LIMIT', detail });
  } else {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'syscall' in error) throw error;
    tell({
      type: 'refused',
      code: 'DAMAGED_FILE',
      detail: `The recording is damaged and could not be read (${detail})`,
    });
  }
}

// Ctrl-C reaches the whole foreground process group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
main(JSON.parse(process.argv[2] ?? '') as DecoderTask)
  .catch(refuse)
  .then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(2);
    },
  );
