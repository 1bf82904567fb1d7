import path from 'node:path';
import { z } from 'zod';
import { BM25, partsOf } from '#shared/models/index-model.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { environmentSchema as functionSchema } from '#shared/runtime/settings.ts';
import { chooseModel } from './choose-model.ts';
import { findModels } from './find-models.ts';
import { createPictureModel } from './picture-model.ts';
import { createRerankModel } from './rerank-model.ts';
import { startModelHost } from './server.ts';
import { createSparseModel } from './sparse-model.ts';
import { createSpeechModel } from './speech.ts';

/** What the local cloud's supervisor sets for its model host; an empty value counts as not given. */
const environmentSchema = functionSchema
  .pick({
    EMBEDDING_MODEL: true,
    WHISPER_MODEL: true,
    MODEL_DIR: true,
    CLIP_MODEL: true,
    RERANK_MODEL: true,
    SPARSE_MODEL: true,
  })
  .extend({
    MODEL_HOST_KEY: z.string().min(1),
    MODEL_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    // Not given, the host is no production's, other than the functions.
    OMNIRAG_ENV: z.string().optional(),
    OMNIRAG_LIVE_MODEL: z.string().optional(),
  });

runAsChild(async (progress) => {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new Error(`The model host's settings are not valid:\n${z.prettifyError(parsed.error)}`);
  const environment = parsed.data;
  const { embedder, builtIn } = await chooseModel({
    wanted: environment.EMBEDDING_MODEL,
    live: environment.OMNIRAG_LIVE_MODEL && partsOf(environment.OMNIRAG_LIVE_MODEL).dense,
    modelDir: path.resolve(environment.MODEL_DIR),
    production: environment.OMNIRAG_ENV === 'production',
    progress,
  });
  const model = await embedder.describe();
  const speech = createSpeechModel({
    modelId: environment.WHISPER_MODEL,
    modelDir: path.resolve(environment.MODEL_DIR),
    progress,
  });
  const pictures = createPictureModel({
    modelId: environment.CLIP_MODEL,
    modelDir: path.resolve(environment.MODEL_DIR),
  });
  const reranker = environment.RERANK_MODEL
    ? createRerankModel({ modelId: environment.RERANK_MODEL, modelDir: path.resolve(environment.MODEL_DIR) })
    : undefined;
  const sparse =
    environment.SPARSE_MODEL === BM25
      ? undefined
      : createSparseModel({ modelId: environment.SPARSE_MODEL, modelDir: path.resolve(environment.MODEL_DIR) });
  const host = await startModelHost({
    embedder,
    apiKey: environment.MODEL_HOST_KEY,
    find: findModels(path.resolve(environment.MODEL_DIR)),
    pictures,
    reranker,
    sparse,
    speech,
    port: environment.MODEL_PORT,
    host: '127.0.0.1',
  });
  return {
    details: { port: host.port, model: model.id, builtIn },
    async stop() {
      await host.stop();
      await speech.dispose();
      await pictures.dispose();
      await reranker?.dispose();
      await sparse?.dispose();
    },
  };
});
