import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors/app-error.ts';
import { readJsonLines } from '#shared/formats/sandbox/json-lines.ts';
import { OVER_MEMORY_MARK } from '#shared/formats/sandbox/messages.ts';
import { startConfined } from '#shared/formats/sandbox/start-confined.ts';
import { explainEnd, needsOwnWatchdog, nodeFlags, readablePaths } from '#shared/formats/sandbox/start-sandbox.ts';
import { findWalls } from '#shared/formats/sandbox/walls.ts';
import type { Walls } from '#shared/formats/sandbox/walls-command.ts';
import { SPEECH_SAMPLE_RATE } from '#shared/ports/transcriber.ts';
import { type DecoderFact, type DecoderTask, FACTS_HANDLE } from './facts.ts';
import { keepTail, outputOf, readPcm } from './pcm-process.ts';
import type { SoundOrder, SoundSource } from './sound-source.ts';

/** Warnings and a reason. */
const MOST_FACT_CHARS = 1_000_000;
const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Starts the process that decodes with the built-in decoders, confined as the one that reads documents. */
export function startDecoder(order: SoundOrder, walls: Walls = findWalls()): SoundSource {
  const path = resolve(order.path);
  const { memoryMb } = order.limits;
  const task: DecoderTask = {
    path,
    formatId: order.formatId,
    fromSample: order.fromSample,
    sampleRate: SPEECH_SAMPLE_RATE,
    memoryMb,
    ownWatchdog: needsOwnWatchdog(walls),
  };
  const limits = { memoryMb, threads: 0, fileBytes: 0 };
  const { child, isOverMemory } = startConfined(
    {
      program: process.execPath,
      args: [...nodeFlags({ ...task, ...limits, nativeAddons: false }), CHILD, JSON.stringify(task)],
      document: path,
      read: readablePaths(),
      limits,
      env: { LANG: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
    walls,
  );
  const stderr = keepTail(outputOf(child, 2));
  let declaredSeconds: number | undefined;
  let hasBegun = false;
  let end: Extract<DecoderFact, { type: 'ended' | 'refused' }> | undefined;
  readJsonLines(
    outputOf(child, FACTS_HANDLE),
    MOST_FACT_CHARS,
    (value) => {
      const fact = value as DecoderFact;
      if (fact.type === 'started') hasBegun = true;
      else if (fact.type === 'begun') declaredSeconds = fact.declaredSeconds;
      else end ??= fact;
    },
    () => {
      end ??= {
        type: 'refused',
        code: 'DAMAGED_FILE',
        detail: 'The recording is damaged: its decoder returned an invalid answer.',
      };
      child.kill('SIGKILL');
    },
  );
  return readPcm(child, order, {
    declaredSeconds: () => declaredSeconds,
    warnings: () => (end?.type === 'ended' ? end.warnings : []),
    failure(code, signal) {
      if (!hasBegun && !isOverMemory())
        return new Error(`The decoding process could not be started: ${stderr().trim()}`);
      if (end?.type === 'refused') return new AppError(end.code, { detail: end.detail });
      return code === 0 && end
        ? undefined
        : explainEnd(code, signal, isOverMemory() ? OVER_MEMORY_MARK : stderr(), { memoryMb });
    },
  });
}
