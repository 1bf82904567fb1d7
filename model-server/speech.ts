import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_HUB_URL } from '#shared/adapters/transformers/hub-download.ts';
import {
  missingSpeechFiles,
  speechModelMissing,
  speechModelUnknown,
} from '#shared/adapters/transformers/speech-model-files.ts';
import type { LocalTranscriber } from '#shared/adapters/transformers/transformers-transcriber.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { TranscribeOptions, Transcriber } from '#shared/ports/transcriber.ts';
import { askHub } from './hub.ts';

export interface SpeechModelOptions {
  /** WHISPER_MODEL. */
  modelId: string;
  /** MODEL_DIR. */
  modelDir: string;
  hubUrl?: string;
  progress(text: string, fraction?: number): void;
  /** How long a caller waits for a model that is being fetched and loaded. */
  patienceMs?: number;
}

export interface SpeechModel extends Transcriber {
  id: string;
  dispose(): Promise<void>;
}

const PATIENCE_MS = 20_000;
/** The hub is asked again after this; a machine without a way to it is not kept waiting by every recording. */
const HUB_ANSWER_HOLDS_MS = 30_000;

/**
 * The speech model of this machine. It is fetched and loaded when the first recording comes, and stays. Where it is not
 * there, each call looks into its folder again, so that a file can be reprocessed as soon as somebody has put it there.
 * @throws AppError MODEL_UNAVAILABLE when it cannot be had; DEPENDENCY_UNAVAILABLE while it is being fetched
 */
export function createSpeechModel(options: SpeechModelOptions): SpeechModel {
  const { modelId, modelDir, hubUrl = DEFAULT_HUB_URL, progress, patienceMs = PATIENCE_MS } = options;
  let loading: Promise<LocalTranscriber> | undefined;
  let hub: { answer: Awaited<ReturnType<typeof askHub>>; until: number } | undefined;

  async function load(): Promise<LocalTranscriber> {
    const isThere = (await missingSpeechFiles(modelDir, modelId)).length === 0;
    if (!isThere) await assertOnHub();
    progress(`Loading ${modelId}`);
    // The runtime costs time and memory that a machine without recordings never needs.
    const { createTransformersTranscriber } = await import('#shared/adapters/transformers/transformers-transcriber.ts');
    return createTransformersTranscriber({
      modelId,
      modelDir,
      allowRemote: !isThere,
      hubUrl,
      onProgress: ({ file, fraction }) => progress(`Downloading ${modelId} (${file})`, fraction),
    });
  }

  async function assertOnHub(): Promise<void> {
    if (hub === undefined || hub.until < Date.now()) {
      hub = { answer: await askHub(hubUrl, modelId), until: Date.now() + HUB_ANSWER_HOLDS_MS };
    }
    if (hub.answer === 'unreachable') throw speechModelMissing(modelId);
    if (hub.answer === 'no-such-model') throw speechModelUnknown(modelId);
  }

  async function ready(signal: AbortSignal | undefined): Promise<LocalTranscriber> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const enough = new AbortController();
    const impatience = delay(patienceMs, undefined, {
      signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
    }).then(() => {
      throw new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: `The speech model "${modelId}" is being downloaded and loaded. Try again shortly.`,
        retryAfterSeconds: 10,
      });
    });
    try {
      return await Promise.race([loading, impatience]);
    } finally {
      impatience.catch(() => undefined);
      enough.abort();
    }
  }

  return {
    id: modelId,
    async transcribe(samples: Float32Array, wanted: TranscribeOptions = {}) {
      return (await ready(wanted.signal)).transcribe(samples, wanted);
    },
    async dispose() {
      const model = await loading?.catch(() => undefined);
      await model?.dispose();
    },
  };
}
