import { expect, it } from 'vitest';
import type { z } from 'zod';
import { buildOpenApi } from './openapi.ts';
import { problemSchema } from './problem.ts';
import { ROUTES } from './routes.ts';
import type { JsonShape } from './shapes.ts';

interface Part {
  description?: string;
  content?: Record<string, { schema: JsonShape }>;
}
interface Operation {
  operationId: string;
  summary?: string;
  parameters: { name: string; description?: string }[];
  requestBody?: { content: Record<string, { schema: JsonShape }> };
  responses: Record<string, Part>;
}

const document = JSON.parse(JSON.stringify(buildOpenApi('http://localhost:3000'))) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonShape> };
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

it('describes every route once', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(operations).toHaveLength(ROUTES.length);
  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(ROUTES.length);
});

it('names every path parameter', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    for (const operation of Object.values(methods)) {
      expect(operation.parameters.map((parameter) => parameter.name)).toEqual(expect.arrayContaining(names));
    }
  }
});

it('each name stands for one shape, and every reference leads to one', () => {
  const whole = JSON.stringify(document);
  const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
  const references = [...whole.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '');
  expect(references.length).toBeGreaterThan(100);
  const unknown = references.filter(
    (reference) => !known.has(reference) && !reference.startsWith('#/components/headers/'),
  );
  expect(unknown).toEqual([]);
  expect(whole).not.toContain('$defs');
});

it('describes every operation, parameter, body, answer and field', () => {
  const bare: string[] = [];
  const walk = (place: string, shape: JsonShape): void => {
    for (const [name, field] of Object.entries(shape.properties ?? {})) {
      if (!field.description && !field.$ref) bare.push(`${place}.${name}`);
      walk(`${place}.${name}`, field);
    }
    for (const inner of [...(shape.anyOf ?? []), ...(shape.items ? [shape.items] : [])]) walk(place, inner);
  };
  for (const [name, shape] of Object.entries(document.components.schemas)) {
    if (!shape.description) bare.push(name);
    walk(name, shape);
  }
  for (const { operationId, summary, parameters, responses, requestBody } of operations) {
    if (!summary) bare.push(operationId);
    for (const { name, description } of parameters) if (!description) bare.push(`${operationId} ${name}`);
    for (const [status, { description }] of Object.entries(responses)) {
      if (!description) bare.push(`${operationId} ${status}`);
    }
    const form = requestBody?.content['multipart/form-data']?.schema;
    if (form) walk(operationId, form);
  }
  expect(bare).toEqual([]);
});

it('shows an example of each body and answer, which its own schema takes', () => {
  const schemas = new Map<string, z.ZodType>();
  for (const { body, responses } of ROUTES) {
    for (const schema of [body, ...Object.values(responses).map((answer) => answer.schema), problemSchema]) {
      const id = schema?.meta()?.id;
      if (schema && id) schemas.set(id, schema);
    }
  }
  const shown = operations.flatMap(({ requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((part) =>
      Object.entries(part?.content ?? {}).flatMap(([type, { schema }]) => (/json$/.test(type) ? [schema] : [])),
    ),
  );
  const named = shown.filter((schema) => schema.$ref);
  // The description itself is an object of any form.
  expect(shown.length - named.length).toBe(1);
  for (const { $ref = '' } of named) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    const examples = document.components.schemas[name]?.examples ?? [];
    expect([name, examples.length]).toEqual([name, 1]);
    for (const example of examples)
      expect([name, schemas.get(name)?.safeParse(example).error]).toEqual([name, undefined]);
  }
});

it('lists the errors of a route by status', () => {
  const create = document.paths['/files']?.post?.responses ?? {};
  expect(Object.keys(create)).toEqual(expect.arrayContaining(['201', '202', '400', '401', '409', '413', '415']));
});
