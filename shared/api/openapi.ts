import { ERROR_CODES } from '#shared/errors/codes.ts';
import { problemSchema } from './problem.ts';
import type { ResponseSpec, RouteSpec } from './route.ts';
import { errorCodesOf } from './route-errors.ts';
import { ROUTES } from './routes.ts';
import { type JsonShape, jsonShape } from './shapes.ts';

type Json = Record<string, unknown>;
type Content = Record<string, { schema: Json }>;
interface Answer {
  description: string;
  headers: Json;
  content: Content;
}

const TAGS: Record<RouteSpec['tag'], string> = {
  accounts: 'Signing in, accounts, your stored data and the audit log.',
  files: 'Uploading files, checking their status, reading and deleting them.',
  search: 'Searching passages and pictures.',
  drive: 'Syncing with Google Drive.',
  system: 'The state of the system, its API description and its pages.',
};
const SECURITY: Record<RouteSpec['auth'], Json[]> = {
  none: [],
  bearer: [{ bearer: [] }],
  optional: [{}, { bearer: [] }],
  webhook: [{ webhook: [] }],
};
const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of a session.' },
  webhook: { type: 'http', scheme: 'bearer', description: 'The value of STORAGE_WEBHOOK_TOKEN.' },
};
const HEADERS = {
  'X-Request-Id': {
    description: 'Id the server gave this request; it is also in problems and in the logs.',
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 0 },
  },
};

/** The OpenAPI 3.1 description of every route, made from the schemas that validate them. */
export function buildOpenApi(serverUrl: string): Json {
  const schemas = new Map<string, JsonShape>();
  jsonShape(problemSchema, 'output', schemas);
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describe(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'OmniRAG',
      version: '1',
      description: 'Search your own documents by meaning and by words.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl, description: 'This system' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      headers: HEADERS,
      schemas: Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function describe(route: RouteSpec, schemas: Map<string, JsonShape>): Json {
  const requestBody = describeBody(route, schemas);
  return {
    summary: route.summary.replaceAll('`', ''),
    description: `${route.summary}.`,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z]+(.)?/g, (_, letter?: string) => letter?.toUpperCase() ?? '')}`,
    tags: [route.tag],
    security: SECURITY[route.auth],
    parameters: [
      ...parameters(route.params, 'path', schemas),
      ...parameters(route.query, 'query', schemas),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        name,
        in: 'header',
        description,
        schema: { type: 'string' },
      })),
    ],
    ...(requestBody ? { requestBody } : {}),
    responses: describeAnswers(route, schemas),
  };
}

function parameters(schema: RouteSpec['params'], place: 'path' | 'query', schemas: Map<string, JsonShape>): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonShape(schema, 'input', schemas);
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    description,
    schema: property,
  }));
}

function describeBody(route: RouteSpec, schemas: Map<string, JsonShape>): Json | undefined {
  const content: Json = {};
  if (route.body) content['application/json'] = { schema: jsonShape(route.body, 'input', schemas) };
  if (route.formFile) {
    const file = { type: 'string', format: 'binary', description: 'The file with its name.' };
    content['multipart/form-data'] = {
      schema: { type: 'object', properties: { [route.formFile]: file }, required: [route.formFile] },
    };
  }
  return Object.keys(content).length > 0 ? { required: true, content } : undefined;
}

/** What the route answers when all is well, and the problems; a status can be both. */
function describeAnswers(route: RouteSpec, schemas: Map<string, JsonShape>): Record<string, Json> {
  const answers = new Map<number, Answer>();
  for (const [status, answer] of Object.entries(route.responses)) {
    answers.set(Number(status), {
      description: answer.description,
      headers: headersOf(Number(status), answer),
      content: contentOf(answer, schemas),
    });
  }
  for (const [status, codes] of Map.groupBy(errorCodesOf(route), (code) => ERROR_CODES[code].status)) {
    const other = answers.get(status);
    const sentences = codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`);
    answers.set(status, {
      description: [...(other ? [`${other.description}.`] : []), ...sentences].join(' '),
      headers: headersOf(status),
      content: {
        ...other?.content,
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        ...(route.errorPage ? { 'text/html': { schema: { type: 'string' } } } : {}),
      },
    });
  }
  return Object.fromEntries(
    [...answers]
      .toSorted(([a], [b]) => a - b)
      .map(([status, { content, ...answer }]) => [
        String(status),
        { ...answer, ...(Object.keys(content).length > 0 ? { content } : {}) },
      ]),
  );
}

function headersOf(status: number, { headers = {} }: Partial<ResponseSpec> = {}): Json {
  const own = Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]);
  return {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...(status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } : {}),
    ...Object.fromEntries(own),
  };
}

function contentOf({ schema, contentType = [] }: ResponseSpec, schemas: Map<string, JsonShape>): Content {
  const content: Content = {};
  if (schema) content['application/json'] = { schema: { ...jsonShape(schema, 'output', schemas) } };
  for (const type of [contentType].flat()) content[type] = { schema: bodyOf(type) };
  return content;
}

function bodyOf(contentType: string): Json {
  if (contentType === 'application/json') return { type: 'object', additionalProperties: true };
  return contentType.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' };
}
