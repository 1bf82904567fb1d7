import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#shared/errors/app-error.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import { hasBearer } from '#shared/runtime/bearer.ts';
import { QueueFullError } from './batcher.ts';
import { embedPictures, isForPictures } from './embed-pictures.ts';
import type { PictureModel } from './picture-model.ts';
import { readJson } from './read-json.ts';
import { MAX_EMBED_INPUTS, parseEmbeddings, parsePictureEmbeddings, parseTokenize, RequestError } from './requests.ts';
import { answerRerank, type RerankModel } from './rerank-model.ts';
import { createServedModels, type FindModel, type LoadedModel, type ServedModels } from './served-models.ts';
import { answerEmbedSparse, type SparseModel } from './sparse-model.ts';
import type { SpeechModel } from './speech.ts';
import { answerTranscription } from './transcriptions.ts';

export interface ModelHostOptions {
  embedder: LoadedModel;
  /** What every caller sends as its bearer token. */
  apiKey: string;
  /** Other models that can be asked for by name. */
  find?: FindModel;
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Where pictures are served, too. */
  pictures?: PictureModel | undefined;
  /** Where passages are reranked, too. */
  reranker?: RerankModel | undefined;
  /** Where sparse vectors are served, too. */
  sparse?: SparseModel | undefined;
  /** Transcribes; without it the host serves no transcriptions. */
  speech?: SpeechModel;
}

export interface ModelHost {
  port: number;
  /** Ends open requests, too, and gives up the models. */
  stop(): Promise<void>;
}

interface Served {
  apiKey: string;
  models: ServedModels;
  speech: SpeechModel | undefined;
  pictures: PictureModel | undefined;
  reranker: RerankModel | undefined;
  sparse: SparseModel | undefined;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/**
 * Serves models over HTTP, each by its name, the one it was started with without: `POST /v1/embeddings` and `GET /v1/models`
 * as OpenAI's, `POST /tokenize` and `GET /info` as Text Embeddings Inference's, `POST /rerank` with a cross-encoder and
 * `POST /embed_sparse` with SPLADE, `GET /health`; with a speech model, OpenAI's `POST /v1/audio/transcriptions`; with one
 * of pictures, embeddings as Infinity's. As with Text Embeddings Inference, prefixes are the caller's business. One process
 * holds the model for all local functions and batches across them. It hears what people store and look for, so it answers
 * nobody who doesn't know the key.
 */
export async function startModelHost(options: ModelHostOptions): Promise<ModelHost> {
  const served: Served = {
    apiKey: options.apiKey,
    models: await createServedModels(options.embedder, options.find ?? (async () => undefined)),
    speech: options.speech,
    pictures: options.pictures,
    reranker: options.reranker,
    sparse: options.sparse,
  };
  const server = createServer((request, response) => {
    void respond(served, request, response);
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await served.models.dispose();
    },
  };
}

async function respond(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const abandoned = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded)
      abandoned.abort(new RequestError(499, 'abandoned', 'The client closed the connection.'));
  });
  const answer = await route(served, request, abandoned.signal).catch(describeError);
  if (response.destroyed) return;
  const body = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    // What is left of a refused body is not read.
    ...(request.complete ? {} : { connection: 'close' }),
    ...answer.headers,
  });
  response.end(body);
}

async function route(served: Served, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  if (!hasBearer(request.headers, served.apiKey)) {
    throw new RequestError(
      401,
      'invalid_api_key',
      'The key is missing or not valid. This server only accepts requests from its own system.',
    );
  }
  const [path = '/', parameters] = (request.url ?? '/').split('?');
  switch (`${request.method} ${path}`) {
    case 'POST /v1/embeddings':
      return anyEmbeddings(served, await readJson(request), request, signal);
    case 'POST /tokenize':
      return tokenize(served, await readJson(request));
    case 'POST /v1/audio/transcriptions':
      if (served.speech === undefined) break;
      return ok(await answerTranscription(served.speech, request, signal));
    case 'POST /rerank':
      if (served.reranker === undefined) break;
      return ok(await answerRerank(served.reranker, await readJson(request), signal));
    case 'POST /embed_sparse':
      if (served.sparse === undefined) break;
      return ok(await answerEmbedSparse(served.sparse, await readJson(request)));
    case 'GET /v1/models':
      return ok({
        object: 'list',
        data: [{ id: served.models.first.id, object: 'model', created: 0, owned_by: 'omnirag' }],
      });
    case 'GET /info':
      return ok(await describeModel(served, new URLSearchParams(parameters).get('model') ?? undefined));
    case 'GET /health':
      return ok({ status: 'ok', model: served.models.first.id, waiting: served.models.waiting() });
  }
  throw new RequestError(404, 'unknown_url', `${request.method} ${path} does not exist on this server.`);
}

async function anyEmbeddings(
  served: Served,
  body: unknown,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Answer> {
  if (!isForPictures(body, served.pictures)) return embeddings(served, body, request, signal);
  const vectors = await embedPictures(body, served.pictures);
  const { model, encoding_format } = parsePictureEmbeddings(body);
  const usage = { prompt_tokens: vectors.length, total_tokens: vectors.length };
  return ok({ ...listed(vectors, encoding_format), model: model ?? served.pictures?.modelId, usage });
}

async function embeddings(
  served: Served,
  body: unknown,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Answer> {
  const { input, model, encoding_format, dimensions, type } = parseEmbeddings(body, request.headers);
  return served.models.use(model, async ({ model: { id, dimensions: size }, batcher, raw }) => {
    if (dimensions !== undefined && dimensions !== size) {
      const message = `\`${id}\` returns ${size} dimensions, not ${dimensions}.`;
      throw new RequestError(400, 'invalid_request', message, 'dimensions');
    }
    const vectors = await batcher.embed(input, type, signal);
    const tokens = (await raw.countTokens(input)).reduce((sum, count) => sum + count, 0);
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return ok({ ...listed(vectors, encoding_format), model: model ?? id, usage });
  });
}

/** Of the first model where there is none of the name, so that who asks sees what is here. */
async function describeModel({ models, reranker, sparse }: Served, name: string | undefined): Promise<object> {
  const model = await models
    .use(name, async (served) => served.model)
    .catch((error: unknown) => {
      if (error instanceof RequestError) return models.first;
      throw error;
    });
  return {
    model_id: model.id,
    rerank_model_id: reranker?.modelId,
    sparse_model_id: sparse?.modelId,
    max_input_length: model.maxTokens,
    max_client_batch_size: MAX_EMBED_INPUTS,
    dimensions: model.dimensions,
    built_in: model.id === HASHING_MODEL_ID,
  };
}

function listed(vectors: readonly number[][], encoding: 'float' | 'base64') {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? toBase64(vector) : vector,
    })),
  };
}

async function tokenize(served: Served, body: unknown): Promise<Answer> {
  const { inputs, model, add_special_tokens, count_only } = parseTokenize(body);
  if (add_special_tokens) {
    throw new RequestError(
      400,
      'invalid_request',
      'Only add_special_tokens: false is supported.',
      'add_special_tokens',
    );
  }
  return served.models.use(model, async ({ raw }) =>
    ok(count_only ? await raw.countTokens(inputs) : await raw.tokenize(inputs)),
  );
}

const ok = (body: unknown): Answer => ({ status: 200, body });

/** Little-endian float32, as OpenAI encodes them. */
function toBase64(vector: readonly number[]): string {
  const buffer = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    buffer.writeFloatLE(value, index * 4);
  });
  return buffer.toString('base64');
}

function describeError(error: unknown): Answer {
  if (error instanceof RequestError) {
    const { status, code, message, param } = error;
    return { status, body: { error: { message, type: 'invalid_request_error', param, code } } };
  }
  if (error instanceof QueueFullError) {
    const body = { error: { message: error.message, type: 'rate_limit_error', param: null, code: 'queue_full' } };
    return { status: 429, body, headers: { 'retry-after': '1' } };
  }
  if (error instanceof AppError && error.code === 'DEPENDENCY_UNAVAILABLE') {
    const body = { error: { message: error.message, type: 'server_error', param: null, code: 'model_loading' } };
    return { status: 503, body, headers: { 'retry-after': String(error.retryAfterSeconds ?? 5) } };
  }
  const message = error instanceof AppError ? error.message : 'The model failed on this input.';
  if (!(error instanceof AppError)) console.error('model host:', error);
  return { status: 500, body: { error: { message, type: 'server_error', param: null, code: 'model_failed' } } };
}
