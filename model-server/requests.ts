import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { InputType } from './batcher.ts';

export const MAX_EMBED_INPUTS = 512;
export const MAX_TOKENIZE_INPUTS = 10_000;
const MAX_TEXT_LENGTH = 1_000_000;
const MAX_PICTURES = 32;
/** Of a data URL: a PNG of 512 × 512 pixels has 1.05 million characters at most. */
const MAX_PICTURE_LENGTH = 4_000_000;

const text = z.string().max(MAX_TEXT_LENGTH);
const oneOrMore = (maximum: number) => z.union([text.transform((only) => [only]), z.array(text).min(1).max(maximum)]);

/** `POST /v1/embeddings` as OpenAI describes it; `input_type` is ours, and says what may overtake what. */
const embeddingsSchema = z.object({
  input: oneOrMore(MAX_EMBED_INPUTS),
  model: z.string().optional(),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.number().int().positive().optional(),
  input_type: z.string().optional(),
});

const modalitySchema = z.looseObject({
  modality: z.string().optional().catch(undefined),
  model: z.string().optional().catch(undefined),
});

const dataUrl = z
  .string()
  .max(MAX_PICTURE_LENGTH)
  .regex(/^data:image\/(png|webp|jpeg);base64,/, 'must be a data: URL');
const encoding = { model: z.string().optional(), encoding_format: z.enum(['float', 'base64']).default('float') };
/** `POST /v1/embeddings` as Infinity extends it: `modality` tells what `input` holds. */
const pictureEmbeddingsSchema = z.discriminatedUnion('modality', [
  z.object({
    modality: z.literal('image'),
    input: z.union([dataUrl.transform((only) => [only]), z.array(dataUrl).min(1).max(MAX_PICTURES)]),
    ...encoding,
  }),
  z.object({ modality: z.literal('text').default('text'), input: oneOrMore(MAX_PICTURES), ...encoding }),
]);
export type PictureEmbeddingsRequest = z.output<typeof pictureEmbeddingsSchema>;

/** `POST /tokenize` as Text Embeddings Inference describes it; `count_only` and `model` are ours. */
const tokenizeSchema = z.object({
  inputs: oneOrMore(MAX_TOKENIZE_INPUTS),
  add_special_tokens: z.boolean().default(true),
  count_only: z.boolean().default(false),
  model: z.string().optional(),
});

/** `POST /rerank` as Text Embeddings Inference describes it. */
const rerankSchema = z.object({
  query: text,
  texts: z.array(text).min(1).max(MAX_EMBED_INPUTS),
  raw_scores: z.boolean().default(false),
});

/** `POST /embed_sparse` as Text Embeddings Inference describes it. */
const embedSparseSchema = z.object({ inputs: oneOrMore(MAX_EMBED_INPUTS) });

export type EmbeddingsRequest = Omit<z.output<typeof embeddingsSchema>, 'input_type'> & { type: InputType };
export type TokenizeRequest = z.output<typeof tokenizeSchema>;

/** What is answered in OpenAI's error shape. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly code: string;
  readonly param: string | null;

  constructor(status: number, code: string, message: string, param: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = issue?.path.join('.') ?? '';
  throw new RequestError(400, 'invalid_request', `${param || 'body'}: ${issue?.message ?? 'is not valid'}`, param);
}

/** @throws RequestError 400 */
export function parseEmbeddings(body: unknown, headers: IncomingHttpHeaders): EmbeddingsRequest {
  const { input_type, ...request } = parse(embeddingsSchema, body);
  const type = (input_type ?? headers['x-input-type']) === 'query' ? 'query' : 'passage';
  return { ...request, type };
}

/** What tells for which model a body is meant; nothing for one that is no object. */
export function readModality(body: unknown): { modality?: string | undefined; model?: string | undefined } {
  return modalitySchema.safeParse(body).data ?? {};
}

/** @throws RequestError 400 */
export function parsePictureEmbeddings(body: unknown): PictureEmbeddingsRequest {
  return parse(pictureEmbeddingsSchema, body);
}

/** @throws RequestError 400 */
export function parseRerank(body: unknown): z.output<typeof rerankSchema> {
  return parse(rerankSchema, body);
}

/** @throws RequestError 400 */
export function parseEmbedSparse(body: unknown): z.output<typeof embedSparseSchema> {
  return parse(embedSparseSchema, body);
}

/** @throws RequestError 400 */
export function parseTokenize(body: unknown): TokenizeRequest {
  return parse(tokenizeSchema, body);
}
