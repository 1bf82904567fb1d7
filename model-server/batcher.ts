import type { RawModel } from '#shared/ports/raw-model.ts';

export type InputType = 'query' | 'passage';

export interface Batcher {
  /**
   * One vector a text, in order. Texts of callers that wait at the same time share the model's batches; queries go
   * first. A caller that gives up (`signal`) no longer costs anything.
   * @throws QueueFullError when too many texts wait; whatever the model throws
   */
  embed(texts: readonly string[], type: InputType, signal?: AbortSignal): Promise<number[][]>;
  /** Texts that wait for the model. */
  waiting(): number;
}

export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

export interface BatchLimits {
  texts: number;
  /** Estimated tokens of one batch; one text alone may exceed it. */
  tokens: number;
  /** Texts that may wait, those being embedded not counted. */
  waiting: number;
}

/**
 * A query waits for at most one batch: with bge-small on two cores 1,024 tokens take 0.15 s, and larger batches are no
 * faster a token.
 */
export const DEFAULT_LIMITS: BatchLimits = { texts: 32, tokens: 1024, waiting: 4096 };

interface Job {
  texts: readonly string[];
  vectors: number[][];
  /** Texts handed to the model so far. */
  taken: number;
  settled: boolean;
  resolve(vectors: number[][]): void;
  reject(error: unknown): void;
}

/** Neighbouring texts of one job. */
interface Slice {
  job: Job;
  start: number;
  end: number;
}

// English has 4 to 5 characters a token, and no batch is worth counting exactly.
const estimatedTokens = (text: string | undefined, window: number): number =>
  Math.min(window, 2 + (text?.length ?? 0) / 4);

/** Collects what concurrent callers want and feeds it to the model, one batch at a time. `window`: the model's tokens. */
export function createBatcher(
  model: Pick<RawModel, 'embedTexts'>,
  window: number,
  limits: BatchLimits = DEFAULT_LIMITS,
): Batcher {
  const queues: Record<InputType, Job[]> = { query: [], passage: [] };
  let waiting = 0;
  let running = false;

  function nextJob(queue: Job[]): Job | undefined {
    while (queue[0] !== undefined && (queue[0].settled || queue[0].taken >= queue[0].texts.length)) queue.shift();
    return queue[0];
  }

  function takeBatch(): Slice[] {
    // Queries go alone: in a batch with passages they would wait for those, too.
    const queue = nextJob(queues.query) === undefined ? queues.passage : queues.query;
    const slices: Slice[] = [];
    let texts = 0;
    let tokens = 0;
    for (let job = nextJob(queue); job !== undefined; job = nextJob(queue)) {
      const start = job.taken;
      while (job.taken < job.texts.length) {
        const cost = estimatedTokens(job.texts[job.taken], window);
        if (texts > 0 && (texts + 1 > limits.texts || tokens + cost > limits.tokens)) break;
        texts += 1;
        tokens += cost;
        job.taken += 1;
      }
      waiting -= job.taken - start;
      if (job.taken > start) slices.push({ job, start, end: job.taken });
      if (job.taken < job.texts.length) break;
    }
    return slices;
  }

  function settle(job: Job, outcome: { vectors: number[][] } | { error: unknown }): void {
    if (job.settled) return;
    job.settled = true;
    waiting -= job.texts.length - job.taken;
    if ('error' in outcome) job.reject(outcome.error);
    else job.resolve(outcome.vectors);
  }

  async function embedSlices(slices: readonly Slice[]): Promise<void> {
    try {
      const texts = slices.flatMap(({ job, start, end }) => job.texts.slice(start, end));
      const vectors = await model.embedTexts(texts);
      let offset = 0;
      for (const { job, start, end } of slices) {
        job.vectors.push(...vectors.slice(offset, offset + end - start));
        offset += end - start;
        if (job.vectors.length === job.texts.length) settle(job, { vectors: job.vectors });
      }
    } catch (error) {
      const [only, ...others] = slices;
      if (others.length === 0) {
        if (only !== undefined) settle(only.job, { error });
        return;
      }
      // Nobody's text may fail another caller's: each alone tells whose it was.
      for (const slice of slices) await embedSlices([slice]);
    }
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (let slices = takeBatch(); slices.length > 0; slices = takeBatch()) await embedSlices(slices);
    running = false;
  }

  return {
    waiting: () => waiting,
    async embed(texts, type, signal) {
      if (texts.length === 0) return [];
      signal?.throwIfAborted();
      // A single request larger than the whole queue is let in when nobody else waits; it could never get in otherwise.
      if (waiting > 0 && waiting + texts.length > limits.waiting) {
        throw new QueueFullError(`${waiting} texts are already waiting. Try again shortly.`);
      }
      waiting += texts.length;
      const answer = new Promise<number[][]>((resolve, reject) => {
        const job: Job = { texts, vectors: [], taken: 0, settled: false, resolve, reject };
        signal?.addEventListener('abort', () => settle(job, { error: signal.reason }), { once: true });
        queues[type].push(job);
      });
      // Callers of the same tick share the first batch.
      queueMicrotask(() => void run());
      return answer;
    },
  };
}
