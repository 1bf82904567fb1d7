import { z } from 'zod';
import { FILE_SOURCES } from '#shared/domain/file-status.ts';
import { locationSchema } from '#shared/domain/location.ts';
import { plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const SEARCH_LEGS = ['dense', 'sparse', 'bm25', 'image'] as const;
export type SearchLeg = (typeof SEARCH_LEGS)[number];
/** What an answer can lack: legs, and the model that reads the best passages once more. */
const SEARCH_PARTS = [...SEARCH_LEGS, 'rerank'] as const;
export type SearchPart = (typeof SEARCH_PARTS)[number];

const query = z
  .string()
  .max(2_000)
  .refine((value) => value.trim() !== '', 'must not be blank')
  .meta({ description: 'What to look for: a question, words, or a description of a picture.', pattern: '\\S' });
const limit = z.int().min(1).max(100).default(10).describe('How many results at most.');
const mode = z
  .enum(['hybrid', 'semantic', 'keyword'])
  .default('hybrid')
  .describe('By meaning (`semantic`), by word (`keyword`), or both.');

export const searchBody = z
  .strictObject({
    query,
    limit,
    offset: z.int().min(0).max(1_000).default(0).describe('How many of the best to leave out.'),
    mode,
    legs: z.array(z.enum(SEARCH_LEGS)).min(1).optional().describe('The rankings to fuse, instead of those of `mode`.'),
    groupBy: z.literal('file').optional().describe('With `file`, only the best passage of each file.'),
    filters: z
      .strictObject({
        fileIds: z.array(z.uuid()).max(1_000).optional().describe('In one of these files.'),
        types: z.array(plainText(255)).max(50).optional().describe('Of one of these media types.'),
        sources: z.array(z.enum(FILE_SOURCES)).max(10).optional().describe('That came one of these ways.'),
        createdAfter: z.iso.datetime({ offset: true }).optional().describe('Of files from then on.'),
        createdBefore: z.iso.datetime({ offset: true }).optional().describe('Of files before then.'),
        filename: plainText(255).min(1).optional().describe('Whose name holds this, in any case of letters.'),
      })
      .optional()
      .describe('Where to look; all of them must hold.'),
    highlight: z.boolean().default(true).describe('Whether to mark the words of the query.'),
    explain: z.boolean().default(false).describe('Whether to say how the order came about.'),
  })
  .meta({ id: 'SearchRequest', description: 'What to find, and where.', examples: [EXAMPLES.searchRequest] });
export type SearchRequest = z.output<typeof searchBody>;

const legHit = z.object({
  rank: z.int().describe('Place in this ranking, from 1.'),
  score: z.number().describe("The ranking's own; not to be compared with others'."),
});
const span = {
  start: z.int().describe('In UTF-16 units of `text`, from 0.'),
  end: z.int().describe('Behind the last one.'),
};

export const searchResultSchema = z
  .object({
    fileId: z.uuid().describe('Of the file.'),
    filename: z.string().describe('Of the file.'),
    contentType: z.string().describe('Media type of the file.'),
    chunkId: z.uuid().describe('Of the passage.'),
    score: z.number().describe('Of the fusion, by which results are ordered unless they were reranked.'),
    text: z.string().describe('The passage; empty for a picture without words.'),
    headingPath: z.array(z.string()).describe('The headings it stands under, from the top down.'),
    highlights: z.array(z.object(span)).describe('Where words of the query stand.'),
    snippet: z.object(span).describe('The part of `text` worth showing first: whole sentences with the most matches.'),
    location: locationSchema,
    language: z.string().nullable().describe('ISO 639-1; null where it could not be told.'),
    textPage: z.int().describe('Which page of `GET /files/{id}/text` holds the passage.'),
    preview: z.string().optional().describe('Where a small copy of the page can be had, of pages that are pictures.'),
    legs: z
      .object({
        dense: legHit.optional().describe('By meaning.'),
        sparse: legHit.optional().describe('By word, in the vector store.'),
        bm25: legHit.optional().describe('By word, in the database.'),
        image: legHit.optional().describe('By what a picture shows.'),
        rerank: legHit
          .optional()
          .describe('Of the best passages where a model reads them once more: by its score, which has no bounds.'),
      })
      .describe('The rankings that found it.'),
    shares: z
      .record(z.string(), z.number())
      .optional()
      .describe('With `explain`: what each ranking that was fused added to the score.'),
    fusedRank: z
      .int()
      .optional()
      .describe('With `explain`: the place, from 1, that a reranked passage had by `score`.'),
  })
  .meta({ id: 'SearchResult', description: 'A passage that was found.', examples: [EXAMPLES.searchResult] });
export type SearchResult = z.infer<typeof searchResultSchema>;

export const searchAnswerSchema = z
  .object({
    results: z.array(searchResultSchema).describe('The best first.'),
    tookMs: z
      .object({
        total: z.number().describe('Of all.'),
        embed: z.number().describe('Of making vectors of the query.'),
        qdrant: z.number().describe('Of the vector store.'),
        bm25: z.number().describe('Of the keyword index.'),
        rerank: z.number().describe('Of reading the best passages once more.'),
        fetch: z.number().describe('Of getting the passages themselves.'),
      })
      .describe('Milliseconds; some ran side by side.'),
    cached: z.boolean().describe('Whether the answer was kept from an earlier search.'),
    degraded: z.array(z.enum(SEARCH_PARTS)).describe('What did not answer in time and is missing here.'),
    explanation: z
      .object({
        model: z.string().describe('The embedding model.'),
        weights: z
          .record(z.string(), z.number())
          .describe(
            "What each leg is worth for this query, after what it leans to; `image` as a share of the others' sum.",
          ),
        leans: z
          .array(z.enum(['identifier', 'phrase', 'rare-term', 'question', 'description']))
          .describe('What kind of query it was taken for.'),
        terms: z
          .array(
            z.object({
              forms: z.array(z.string()).describe('What the word stands for in the index.'),
              passages: z.int().describe('How many hold one of them.'),
              idf: z.number().describe('What it is worth.'),
            }),
          )
          .describe("The query's words in the keyword index, the rarest first."),
        passages: z.int().nullable().describe('Passages that were searched.'),
        fusion: z.string().describe('How the rankings became one.'),
        rerank: z
          .object({
            model: z.string().describe('Which one.'),
            passages: z.int().describe('How many it read.'),
            order: z.string().describe('How its scores and those of the fusion became one order.'),
          })
          .optional()
          .describe('Where a model read the best passages once more.'),
      })
      .optional()
      .describe('With `explain`: how the order came about.'),
  })
  .meta({ id: 'SearchAnswer', description: 'What was found.', examples: [EXAMPLES.searchAnswer] });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

const responses = { 200: { description: 'The best passages first', schema: searchAnswerSchema } };
const errors = ['VALIDATION_ERROR', 'MODEL_UNAVAILABLE', 'SEARCH_UNAVAILABLE'] as const;

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
  query: z.strictObject({
    q: query,
    limit: z.coerce.number().int().min(1).max(100).default(10).describe('How many results at most.'),
    mode,
  }),
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
    limit: z.coerce.number().int().min(1).max(100).default(10).describe('How many results at most.'),
    offset: z.coerce.number().int().min(0).max(1_000).default(0).describe('How many of the best to leave out.'),
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
    'MODEL_UNAVAILABLE',
    'SEARCH_UNAVAILABLE',
  ],
});

export const SEARCH_ROUTES: readonly RouteSpec[] = [searchRoute, searchByAddressRoute, searchByPictureRoute];
