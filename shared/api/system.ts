import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

const dependency = z.object({
  status: z.enum(['up', 'down', 'off']).describe('`off` if it is not set up.'),
  latencyMs: z.number().nullable().describe('Response time in milliseconds; null if it did not respond.'),
});

const healthStatus = z.enum(['ok', 'degraded']).describe('`degraded` if a part is not responding.');

export const healthSchema = z
  .object({
    status: healthStatus,
    dependencies: z.record(z.string(), dependency).describe('Each part, by name.'),
    embedding: z
      .object({
        model: z.string().describe('The embedding model in use.'),
        dimensions: z.int().describe('Size of its vectors.'),
        builtIn: z
          .boolean()
          .describe('True for the built-in stand-in, which needs no model files; search by meaning is weak with it.'),
        indexModel: z.string().nullable().describe('The model the index was built with; null while it is empty.'),
      })
      .nullable()
      .describe('The embedding model; null if it is not responding.'),
    outbox: z
      .object({
        pending: z.int().describe('Passages waiting to be published.'),
        tombstones: z.int().describe('Deletions waiting to be published.'),
        oldestSeconds: z.number().nullable().describe('How long the oldest of them has been waiting, in seconds.'),
        failed: z.int().describe('Passages that were rejected too often.'),
        drift: z
          .int()
          .nullable()
          .describe(
            'Published passages according to the database, minus the points in the vector store: 0 when ' +
              'nothing is in progress. Null if not counted: the vector store is down, or there are too many users.',
          ),
      })
      .nullable()
      .describe('Changes on their way into the index; null if the database is not responding.'),
  })
  .meta({ id: 'Health', description: 'The state of each part.', examples: [EXAMPLES.health] });
export type HealthView = z.infer<typeof healthSchema>;

/** Whoever is not signed in learns no more. */
export const publicHealthSchema = healthSchema.partial({ dependencies: true, embedding: true, outbox: true }).meta({
  id: 'PublicHealth',
  description: 'The state of the system; details of each part are shown only when signed in.',
  examples: [{ status: EXAMPLES.health.status }],
});

export const healthRoute = defineRoute({
  method: 'GET',
  path: '/health',
  summary:
    'The state of the system; with an access token also each part, its latency, the embedding model and the outbox',
  tag: 'system',
  auth: 'optional',
  permission: 'own:account',
  responses: {
    200: { description: 'All parts are responding', schema: publicHealthSchema },
    503: { description: 'A part is not responding', schema: publicHealthSchema },
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
  summary: 'The API documentation: routes and error codes',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'A page', contentType: 'text/html' } },
  errors: [],
});

export const consoleRoute = defineRoute({
  method: 'GET',
  path: '/',
  summary: 'The console: sign in, add files, search',
  tag: 'system',
  auth: 'none',
  responses: { 200: { description: 'A page', contentType: 'text/html' } },
  errors: [],
});

export const SYSTEM_ROUTES: readonly RouteSpec[] = [healthRoute, openApiRoute, docsRoute, consoleRoute];
