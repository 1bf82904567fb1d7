import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import { problemSchema } from './problem.ts';
import type { RouteSpec } from './route.ts';
import { ROUTES } from './routes.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of every route, made from the schemas that validate them. */
export function buildOpenApi(serverUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describe(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'OmniRAG', version: '1', description: 'Search in your own documents, by meaning and by word.' },
    servers: [{ url: serverUrl }],
    tags: ['accounts', 'files', 'search', 'system'].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', reused: 'inline' });
  return body;
}

function describe(route: RouteSpec): Json {
  const requestBody = describeBody(route);
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z]+(.)?/g, (_, letter?: string) => letter?.toUpperCase() ?? '')}`,
    tags: [route.tag],
    security: route.auth === 'none' ? [] : [{ bearer: [] }],
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(requestBody ? { requestBody } : {}),
    responses: { ...describeAnswers(route), ...describeErrors(route) },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function describeBody(route: RouteSpec): Json | undefined {
  const content: Json = {};
  if (route.body) content['application/json'] = { schema: jsonSchema(route.body, 'input') };
  if (route.formFile) {
    const file = { type: 'string', contentMediaType: 'application/octet-stream' };
    content['multipart/form-data'] = {
      schema: { type: 'object', properties: { [route.formFile]: file }, required: [route.formFile] },
    };
  }
  return Object.keys(content).length > 0 ? { required: true, content } : undefined;
}

function describeAnswers(route: RouteSpec): Json {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, answer]) => {
      const content = answer.schema
        ? { 'application/json': { schema: jsonSchema(answer.schema, 'output') } }
        : answer.contentType
          ? { [answer.contentType]: { schema: { type: 'string' } } }
          : undefined;
      return [status, { description: answer.description, ...(content ? { content } : {}) }];
    }),
  );
}

/** The codes of each status the route can answer with, those every such route shares included. */
function describeErrors(route: RouteSpec): Json {
  const codes = new Set<ErrorCode>(route.errors);
  if (route.body) codes.add('MALFORMED_JSON').add('VALIDATION_ERROR').add('REQUEST_TOO_LARGE');
  if (route.rate) codes.add('RATE_LIMITED');
  if (route.auth !== 'none') codes.add('INVALID_TOKEN');
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.map((name) => `\`${name}\`: ${ERROR_CODES[name].title}`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
