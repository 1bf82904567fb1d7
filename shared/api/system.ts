import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

const dependency = z.object({
  status: z.enum(['up', 'down', 'off']).describe('`off` where none is set up.'),
  latencyMs: z.number().nullable().describe('What it took to answer; null when it did not.'),
});

const healthStatus = z.enum(['ok', 'degraded']).describe('`degraded` when a part does not answer.');

export const healthSchema = z
  .object({
    status: healthStatus,
    dependencies: z.record(z.string(), dependency).describe('Each part, by name.'),
    embedding: z
      .object({
        model: z.string().describe('In use.'),
        dimensions: z.int().describe('Of its vectors.'),
        builtIn: z
          .boolean()
          .describe('True for the stand-in that needs no model files; search by meaning is weak with it.'),
        indexModel: z.string().nullable().describe('That filled the index; null while that is empty.'),
      })
      .nullable()
      .describe('The embedding model; null when it does not answer.'),
    outbox: z
      .object({
        pending: z.int().describe('Passages that wait to be published.'),
        tombstones: z.int().describe('Deletions that wait to be published.'),
        oldestSeconds: z.number().nullable().describe('How long the oldest of them waits.'),
        failed: z.int().describe('Passages that were refused too often.'),
        drift: z
          .int()
          .nullable()
          .describe(
            "Passages that are published by the database's account, less the points the vector store holds: 0 when " +
              'nothing is under way. Null where it was not counted: the store is down, or there are too many people.',
          ),
      })
      .nullable()
      .describe('What is on its way into the index; null when the database does not answer.'),
  })
  .meta({ id: 'Health', description: 'How each part is.', examples: [EXAMPLES.health] });
export type HealthView = z.infer<typeof healthSchema>;

/** Whoever is not signed in learns no more. */
export const publicHealthSchema = healthSchema.partial({ dependencies: true, embedding: true, outbox: true }).meta({
  id: 'PublicHealth',
  description: 'How the system is; each part of it for those alone who are signed in.',
  examples: [{ status: EXAMPLES.health.status }],
});

export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  summary:
    'Whether all parts answer; with an access token each of them, its latency, the embedding model and the outbox',
  tag: 'system',
  auth: 'optional',
  permission: 'own:account',
  responses: {
    200: { description: 'All parts answer', schema: publicHealthSchema },
    503: { description: 'A part does not answer', schema: publicHealthSchema },
  },
  errors: [],
});

export type PublicHealthView = z.infer<typeof publicHealthSchema>;

export const openApiRoute = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  summary: 'This description',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'OpenAPI 3.1', contentType: 'application/json' } },
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

export const SYSTEM_ROUTES: readonly RouteSpec[] = [healthRoute, openApiRoute, docsRoute, consoleRoute];
