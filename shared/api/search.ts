import { z } from 'zod';
import { FILE_SOURCES } from '#shared/db/schema.ts';
import { locationSchema } from './location.ts';
import { defineRoute } from './route.ts';
import { plainText } from './text.ts';

export const SEARCH_LEGS = ['dense', 'sparse', 'bm25', 'image'] as const;
export type SearchLeg = (typeof SEARCH_LEGS)[number];
/** What an answer can lack: legs, and the model that reads the best passages once more. */
const SEARCH_PARTS = [...SEARCH_LEGS, 'rerank'] as const;
export type SearchPart = (typeof SEARCH_PARTS)[number];

const query = z
  .string()
  .max(2_000)
  .refine((value) => value.trim() !== '', 'must not be blank');
const limit = z.int().min(1).max(100).default(10);
const mode = z.enum(['hybrid', 'semantic', 'keyword']).default('hybrid');

export const searchBody = z
  .strictObject({
    query,
    limit,
    offset: z.int().min(0).max(1_000).default(0),
    mode,
    legs: z.array(z.enum(SEARCH_LEGS)).min(1).optional(),
    groupBy: z.literal('file').optional(),
    filters: z
      .strictObject({
        fileIds: z.array(z.uuid()).max(1_000).optional(),
        types: z.array(plainText(255)).max(50).optional(),
        sources: z.array(z.enum(FILE_SOURCES)).max(10).optional(),
        createdAfter: z.iso.datetime({ offset: true }).optional(),
        createdBefore: z.iso.datetime({ offset: true }).optional(),
        filename: plainText(255).min(1).optional(),
      })
      .optional(),
    highlight: z.boolean().default(true),
    explain: z.boolean().default(false),
  })
  .meta({ id: 'SearchRequest' });
export type SearchRequest = z.output<typeof searchBody>;

const legHit = z.object({ rank: z.int(), score: z.number() });

export const searchResultSchema = z
  .object({
    fileId: z.uuid(),
    filename: z.string(),
    contentType: z.string(),
    chunkId: z.uuid(),
    /** Of the fusion, by which results are ordered unless they were reranked. */
    score: z.number(),
    text: z.string(),
    headingPath: z.array(z.string()),
    highlights: z.array(z.object({ start: z.int(), end: z.int() })),
    /** The part of `text` worth showing first: whole sentences with the most matches. */
    snippet: z.object({ start: z.int(), end: z.int() }),
    location: locationSchema,
    /** ISO 639-1; null where it could not be told. */
    language: z.string().nullable(),
    /** Which page of `GET /files/{id}/text` holds the passage. */
    textPage: z.int(),
    /** Where a small copy of the page can be had, of pages that are pictures. */
    preview: z.string().optional(),
    legs: z.object({
      dense: legHit.optional(),
      sparse: legHit.optional(),
      bm25: legHit.optional(),
      image: legHit.optional(),
      /** Of the best passages where a model reads them once more: by its score, which has no bounds. */
      rerank: legHit.optional(),
    }),
    /** With `explain`: what each ranking that was fused added to the score. */
    shares: z.record(z.string(), z.number()).optional(),
    /** With `explain`: the place, from 1, that a reranked passage had by `score`. */
    fusedRank: z.int().optional(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.infer<typeof searchResultSchema>;

export const searchAnswerSchema = z
  .object({
    results: z.array(searchResultSchema),
    tookMs: z.object({
      total: z.number(),
      embed: z.number(),
      qdrant: z.number(),
      bm25: z.number(),
      rerank: z.number(),
      fetch: z.number(),
    }),
    cached: z.boolean(),
    degraded: z.array(z.enum(SEARCH_PARTS)),
    explanation: z
      .object({
        model: z.string(),
        /** What each leg is worth for this query, after what it leans to; `image` as a share of the others' sum. */
        weights: z.record(z.string(), z.number()),
        leans: z.array(z.enum(['identifier', 'phrase', 'rare-term', 'question', 'description'])),
        /** The query's words in the keyword index, the rarest first: the forms they stand for, and what they are worth. */
        terms: z.array(z.object({ forms: z.array(z.string()), passages: z.int(), idf: z.number() })),
        /** Passages that were searched. */
        passages: z.int().nullable(),
        fusion: z.string(),
        /** Where a model read the best passages once more. */
        rerank: z.object({ model: z.string(), passages: z.int(), order: z.string() }).optional(),
      })
      .optional(),
  })
  .meta({ id: 'SearchAnswer' });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

const responses = { 200: { description: 'The best passages first', schema: searchAnswerSchema } };
const errors = ['VALIDATION_ERROR', 'SEARCH_UNAVAILABLE'] as const;

export const searchRoute = defineRoute({
  method: 'POST',
  path: '/search',
  summary: "Search the person's files by meaning, by word, and pictures by what they show",
  tag: 'search',
  auth: 'bearer',
  permission: 'own:search',
  rate: 'searches',
  body: searchBody,
  responses,
  errors,
});

export const searchByAddressRoute = defineRoute({
  method: 'GET',
  path: '/search',
  summary: 'The same for a browser or curl',
  tag: 'search',
  auth: 'bearer',
  permission: 'own:search',
  rate: 'searches',
  query: z.strictObject({ q: query, limit: z.coerce.number().int().min(1).max(100).default(10), mode }),
  responses,
  errors,
});

export const searchByPictureRoute = defineRoute({
  method: 'POST',
  path: '/search/image',
  summary: "Find the person's pictures that look like this one (PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP; up to 4 MiB)",
  tag: 'search',
  auth: 'bearer',
  permission: 'own:search',
  rate: 'searches',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(10),
    offset: z.coerce.number().int().min(0).max(1_000).default(0),
  }),
  formFile: 'file',
  responses: { 200: { description: 'The most alike first', schema: searchAnswerSchema } },
  errors: [
    'VALIDATION_ERROR',
    'EMPTY_FILE',
    'FILE_TOO_LARGE',
    'UNSUPPORTED_TYPE',
    'IMAGE_TOO_LARGE',
    'DAMAGED_FILE',
    'PARSE_TIMEOUT',
    'RESOURCE_LIMIT',
    'SEARCH_UNAVAILABLE',
  ],
});
