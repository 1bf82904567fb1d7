import { z } from 'zod';
import { asUser } from '#shared/db/as-user.ts';
import { countBm25Terms, readBm25Corpus, readPassageLanguages } from '#shared/db/bm25-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { BM25, partsOf } from '#shared/models/index-model.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import type { SparseVector } from '#shared/ports/sparse-embedder.ts';
import { analyzeSurely } from '#shared/text/analyze-query.ts';
import { rulesFor } from '#shared/text/languages.ts';
import { encodeQuery } from '#shared/text/sparse-bm25.ts';
import { questionKey, throughCache } from './vector-cache.ts';

const sparseVector = z.object({ indices: z.array(z.number()), values: z.array(z.number()) });

/**
 * The question as the sparse vectors of an index see it: by the rules of BM25, or by the model that made them. Empty for
 * a question without words.
 * @param indexModel whose index is searched
 * @returns undefined when the model cannot answer now
 */
export async function encodeSparseLeg(
  { db, embedders, cache }: { db: Db; embedders: Embedders; cache: Cache },
  userId: string,
  indexModel: string,
  text: string,
): Promise<SparseVector | undefined> {
  const model = partsOf(indexModel).sparse;
  if (model === BM25) {
    return asUser(db, userId, async (trx) => {
      const known = await readPassageLanguages(trx, userId);
      // Who has no passages has them in no language.
      const groups = analyzeSurely(text, known.size > 0 ? known : new Map([[rulesFor(null), 1]]));
      return encodeQuery(groups, async (terms) => ({
        frequencies: await countBm25Terms(trx, userId, terms),
        chunks: (await readBm25Corpus(trx, userId)).chunks,
      }));
    });
  }
  const key = questionKey(userId, 'sparse-query-vector', model, text);
  try {
    return await throughCache(cache, key, sparseVector, async () => {
      const [vector] = (await embedders.of(indexModel).sparse?.embed([text])) ?? [];
      if (vector === undefined) throw new AppError('MODEL_UNAVAILABLE');
      return vector;
    });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
