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
  .meta({ description: 'What to search for: a question, words or a description of a picture.', pattern: '\\S' });
const limit = z.int().min(1).max(100).default(10).describe('Maximum number of results.');
const mode = z
  .enum(['hybrid', 'semantic', 'keyword'])
  .default('hybrid')
  .describe('Search by meaning (`semantic`), by words (`keyword`) or both (`hybrid`).');

export const searchBody = z
  .strictObject({
    query,
    limit,
    offset: z.int().min(0).max(1_000).default(0).describe('Number of results to skip.'),
    mode,
    legs: z
      .array(z.enum(SEARCH_LEGS))
      .min(1)
      .optional()
      .describe('The rankings ("legs") to combine, instead of those of `mode`.'),
    groupBy: z.literal('file').optional().describe('With `file`, return only the best passage of each file.'),
    filters: z
      .strictObject({
        fileIds: z
          .array(z.uuid())
          .max(1_000)
          .optional()
          .describe('Only in these files; a duplicate stands for its original.'),
        types: z.array(plainText(255)).max(50).optional().describe('Only in files of these media types.'),
        sources: z.array(z.enum(FILE_SOURCES)).max(10).optional().describe('Only in files added in these ways.'),
        createdAfter: z.iso
          .datetime({ offset: true })
          .optional()
          .describe('Only in files added at or after this time.'),
        createdBefore: z.iso.datetime({ offset: true }).optional().describe('Only in files added before this time.'),
        filename: plainText(255)
          .min(1)
          .optional()
          .describe('Only in files whose name contains this text, case-insensitive.'),
      })
      .optional()
      .describe('Where to search; all filters must match.'),
    prefix: z
      .boolean()
      .default(false)
      .describe('Whether the last word may be the beginning of one, as while somebody types.'),
    highlight: z.boolean().default(true).describe('Whether to return highlights of the query words.'),
    explain: z.boolean().default(false).describe('Whether to explain the ranking.'),
  })
  .meta({ id: 'SearchRequest', description: 'A search.', examples: [EXAMPLES.searchRequest] });
export type SearchRequest = z.output<typeof searchBody>;

const legHit = z.object({
  rank: z.int().describe('Position in this ranking, from 1.'),
  score: z.number().describe('Score in this ranking; not comparable with other rankings.'),
});
const span = {
  start: z.int().describe('Start in `text`, in UTF-16 code units from 0.'),
  end: z.int().describe('End in `text`, exclusive.'),
};

export const searchResultSchema = z
  .object({
    fileId: z.uuid().describe('Id of the file.'),
    filename: z.string().describe('Name of the file.'),
    contentType: z.string().describe('Media type of the file.'),
    chunkId: z.uuid().describe('Id of the passage.'),
    score: z.number().describe('Combined score; results are ordered by it unless they were reranked.'),
    text: z
      .string()
      .describe(
        'The text of the passage; empty for a picture without text. ' +
          "A passage from inside a table begins with the table's header.",
      ),
    headingPath: z.array(z.string()).describe('The headings above the passage, outermost first.'),
    highlights: z.array(z.object(span)).describe('Where words of the query are in `text`.'),
    snippet: z.object(span).describe('The part of `text` worth showing first: whole sentences with the most matches.'),
    location: locationSchema,
    language: z.string().nullable().describe('ISO 639-1 code; null if the language could not be detected.'),
    textPage: z.int().describe('The page of `GET /files/{id}/text` that contains the passage.'),
    preview: z.string().optional().describe('Address of a small copy of the page, if the page is a picture.'),
    legs: z
      .object({
        dense: legHit.optional().describe('Ranking by meaning.'),
        sparse: legHit.optional().describe('Ranking by words, in the vector store.'),
        bm25: legHit.optional().describe('Ranking by words, in the database.'),
        image: legHit.optional().describe('Ranking by what a picture shows.'),
        rerank: legHit.optional().describe('Ranking by the reranking model, if one is set; its score has no bounds.'),
      })
      .describe('The rankings that found the passage.'),
    shares: z
      .record(z.string(), z.number())
      .optional()
      .describe('With `explain`: what each combined ranking added to the score.'),
    fusedRank: z.int().optional().describe('With `explain`: the position, from 1, of a reranked passage by `score`.'),
  })
  .meta({ id: 'SearchResult', description: 'A search result: one passage.', examples: [EXAMPLES.searchResult] });
export type SearchResult = z.infer<typeof searchResultSchema>;

export const searchAnswerSchema = z
  .object({
    results: z.array(searchResultSchema).describe('The results, best first.'),
    tookMs: z
      .object({
        total: z.number().describe('The whole search.'),
        embed: z.number().describe('Embedding the query.'),
        qdrant: z.number().describe('Searching the vector store.'),
        bm25: z.number().describe('Searching the keyword index.'),
        rerank: z.number().describe('Reranking the best passages.'),
        fetch: z.number().describe('Loading the passages.'),
      })
      .describe('Timings in milliseconds; some steps run in parallel.'),
    cached: z.boolean().describe('Whether the response came from the cache.'),
    degraded: z.array(z.enum(SEARCH_PARTS)).describe('Rankings that did not respond in time and are missing.'),
    explanation: z
      .object({
        model: z.string().describe('The embedding model.'),
        weights: z
          .record(z.string(), z.number())
          .describe('The weight of each ranking for this query; `image` is a share of the sum of the others.'),
        leans: z
          .array(z.enum(['identifier', 'phrase', 'rare-term', 'question', 'description']))
          .describe('The detected kind of query.'),
        terms: z
          .array(
            z.object({
              forms: z.array(z.string()).describe('The terms in the index that match the word.'),
              passages: z.int().describe('Number of passages that contain one of them.'),
              idf: z.number().describe('Weight of the word.'),
            }),
          )
          .describe("The query's words in the keyword index, rarest first."),
        passages: z.int().nullable().describe('Number of passages searched.'),
        fusion: z.string().describe('How the rankings were combined.'),
        rerank: z
          .object({
            model: z.string().describe('Name of the model.'),
            passages: z.int().describe('Number of passages it scored.'),
            order: z.string().describe('How its scores were merged with the combined ranking.'),
          })
          .optional()
          .describe('The reranking, if a model for it is set.'),
      })
      .optional()
      .describe('With `explain`: how the ranking was made.'),
  })
  .meta({ id: 'SearchAnswer', description: 'The search results.', examples: [EXAMPLES.searchAnswer] });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

const responses = { 200: { description: 'The best passages first', schema: searchAnswerSchema } };
const errors = ['VALIDATION_ERROR', 'MODEL_UNAVAILABLE', 'SEARCH_UNAVAILABLE'] as const;

export const searchRoute = defineRoute({
  method: 'POST',
  path: '/search',
  summary: 'Search your files by meaning and by words, and pictures by what they show',
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
  summary: 'The same search with query parameters, for a browser or curl',
  tag: 'search',
  auth: 'bearer',
  permission: 'own:search',
  rate: 'searches',
  query: z.strictObject({
    q: query,
    limit: z.coerce.number().int().min(1).max(100).default(10).describe('Maximum number of results.'),
    mode,
  }),
  responses,
  errors,
});

export const searchByPictureRoute = defineRoute({
  method: 'POST',
  path: '/search/image',
  summary: 'Find your pictures that look like this one (PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP; up to 4 MiB)',
  tag: 'search',
  auth: 'bearer',
  permission: 'own:search',
  rate: 'searches',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(10).describe('Maximum number of results.'),
    offset: z.coerce.number().int().min(0).max(1_000).default(0).describe('Number of results to skip.'),
  }),
  formFile: 'file',
  responses: { 200: { description: 'The most similar pictures first', schema: searchAnswerSchema } },
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
