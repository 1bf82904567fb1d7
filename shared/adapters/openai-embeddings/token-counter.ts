import { z } from 'zod';
import type { Endpoint } from '#shared/adapters/model-server/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { countTokensOf } from '#shared/text/word-tokens.ts';

// Our model host counts; Text Embeddings Inference ignores `count_only` and lists the tokens.
const countsSchema = z.array(z.union([z.number().int().min(0), z.array(z.unknown()).transform((list) => list.length)]));

/**
 * Tokens of a text whose tokenizer is out of reach, rather too many than too few: a byte in three is above what
 * tokenizers make of prose in any script (English has 4 to 5 bytes a token, Chinese 3 to 4), and punctuation and
 * figures, of which every sign may be a token, are counted one by one.
 */
export function estimateTokens(text: string): number {
  return Math.max(Math.ceil(Buffer.byteLength(text) / 3), countTokensOf(text));
}

/**
 * Counts tokens by `POST /tokenize` where the server has it, else by {@link estimateTokens}. Which of the two is decided
 * by the first answer and kept, so that all chunks of an instance are measured with one measure.
 */
export function createTokenCounter(
  endpoint: Endpoint,
  model: string,
  batchSize: () => Promise<number>,
): (texts: readonly string[]) => Promise<number[]> {
  let way: 'endpoint' | 'estimate' | undefined;

  async function ask(texts: readonly string[]): Promise<{ status: number; counts: number[] | undefined }> {
    const request = { inputs: texts, add_special_tokens: false, count_only: true, model };
    const { status, body } = await endpoint.request('POST', 'tokenize', request);
    const counts = status === 200 ? countsSchema.safeParse(body) : undefined;
    return { status, counts: counts?.success && counts.data.length === texts.length ? counts.data : undefined };
  }

  async function countBatch(texts: readonly string[]): Promise<number[]> {
    if (way === 'estimate') return texts.map(estimateTokens);
    const { status, counts } = await ask(texts);
    if (counts !== undefined) {
      way = 'endpoint';
      return counts;
    }
    if (way === 'endpoint') {
      // Any other refusal may be that of a text, for which waiting does not help.
      throw new AppError([401, 403, 404].includes(status) ? 'MODEL_UNAVAILABLE' : 'PROCESSING_FAILED', {
        detail: `The embeddings server at ${endpoint.name} did not count tokens.`,
      });
    }
    way = 'estimate';
    return texts.map(estimateTokens);
  }

  return async (texts) => {
    const size = await batchSize();
    // Servers refuse empty inputs.
    const filled = texts.filter((text) => text !== '');
    const counts: number[] = [];
    for (let i = 0; i < filled.length; i += size) counts.push(...(await countBatch(filled.slice(i, i + size))));
    let next = 0;
    return texts.map((text) => (text === '' ? 0 : (counts[next++] ?? 0)));
  };
}
