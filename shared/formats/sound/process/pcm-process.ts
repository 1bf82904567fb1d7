import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { AppError } from '#shared/errors/app-error.ts';
import { SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';
import type { SoundOrder, SoundSource } from './sound-source.ts';

const BYTES = 2;
/** Passing over sound is decoding it; the slowest decoder does an hour in about 20 s on a laptop. */
const SKIP_MS_PER_SECOND = 50;

/** What a kind of decoding process has to say for itself. */
export interface PcmTeller {
  declaredSeconds(): number | undefined;
  warnings(): string[];
  /** Called when the process has ended and all it told has arrived. @returns why its sound is not to be trusted */
  failure(code: number | null, signal: NodeJS.Signals | null): Error | undefined;
}

/**
 * Reads 16-bit mono samples from the stdout of a process, no faster than they are asked for: what is not read waits in
 * the pipe, and the process with it.
 */
export function readPcm(child: ChildProcess, { fromSample, limits }: SoundOrder, teller: PcmTeller): SoundSource {
  const closed = Promise.withResolvers<Error | undefined>();
  child.on('error', (cause) => closed.resolve(new Error('The decoding process could not be started.', { cause })));
  child.on('close', (code, signal) => closed.resolve(teller.failure(code, signal)));
  const chunks = (outputOf(child, 1) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let timeLimit = limits.windowTimeoutMs + (fromSample / SPEECH_SAMPLE_RATE) * SKIP_MS_PER_SECOND;

  async function take(count: number): Promise<Float32Array> {
    const parts = [rest];
    let bytes = rest.length;
    while (bytes < count * BYTES) {
      const next = await chunks.next();
      if (next.done) {
        const failure = await closed.promise;
        if (failure) throw failure;
        break;
      }
      parts.push(next.value);
      bytes += next.value.length;
    }
    const all = Buffer.concat(parts);
    const samples = Math.min(count, Math.floor(all.length / BYTES));
    rest = all.subarray(samples * BYTES);
    return Float32Array.from({ length: samples }, (_, at) => all.readInt16LE(at * BYTES) / 32_768);
  }

  return {
    async read(count) {
      const late = Promise.withResolvers<never>();
      const limit = timeLimit;
      timeLimit = limits.windowTimeoutMs;
      const timer = setTimeout(() => {
        const detail = `Decoding the recording took longer than ${Math.round(limit / 1_000)} s at one point.`;
        late.reject(new AppError('PARSE_TIMEOUT', { detail }));
        child.kill('SIGKILL');
      }, limit);
      const samples = take(count);
      // Given up on when the time is over; how it ends then does not matter.
      samples.catch(() => undefined);
      try {
        return await Promise.race([samples, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    declaredSeconds: teller.declaredSeconds,
    warnings: teller.warnings,
    async end() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const TAIL_CHARS = 8_192;

/** What a process writes to one of its handles. */
export function outputOf(child: ChildProcess, handle: number): Readable {
  const stream = child.stdio[handle];
  if (!(stream instanceof Readable)) throw new Error(`Handle ${handle} of the decoding process is not a pipe.`);
  return stream;
}

/** Keeps the end of what a process writes to a handle. */
export function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARS);
  });
  return () => tail;
}
