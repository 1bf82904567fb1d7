import { z } from 'zod';
import { defineRoute } from './route.ts';

const dependency = z.object({ status: z.enum(['up', 'down', 'off']), latencyMs: z.number().nullable() });

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    dependencies: z.record(z.string(), dependency),
    embedding: z
      .object({
        model: z.string(),
        dimensions: z.int(),
        /** True for the stand-in that needs no model files; search by meaning is weak with it. */
        builtIn: z.boolean(),
        indexModel: z.string().nullable(),
      })
      .nullable(),
    outbox: z
      .object({
        /** Chunks and deletions that wait to be published. */
        pending: z.int(),
        tombstones: z.int(),
        oldestSeconds: z.number().nullable(),
        failed: z.int(),
        /**
         * Passages that are published by the database's account, less the points the vector store holds: 0 when nothing
         * is under way. Null where it was not counted: the store is down, or there are too many people to ask for each.
         */
        drift: z.int().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Health' });
export type HealthView = z.infer<typeof healthSchema>;

export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  summary: 'Each part of the system, its latency, the embedding model and the outbox',
  tag: 'system',
  auth: 'none',
  responses: {
    200: { description: 'All parts answer', schema: healthSchema },
    503: { description: 'A part does not answer', schema: healthSchema },
  },
  errors: [],
});

export const openApiRoute = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  summary: 'This description',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'OpenAPI 3.1' } },
  errors: [],
});

export const docsRoute = defineRoute({
  method: 'GET',
  path: '/docs',
  summary: 'The routes and error codes, for people',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'A page', contentType: 'text/html' } },
  errors: [],
});

export const consoleRoute = defineRoute({
  method: 'GET',
  path: '/',
  summary: 'The console: sign in, drop files, search',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'A page', contentType: 'text/html' } },
  errors: [],
});
