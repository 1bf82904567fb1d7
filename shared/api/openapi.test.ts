import { expect, it } from 'vitest';
import { buildOpenApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

const document = JSON.parse(JSON.stringify(buildOpenApi('http://localhost:3000'))) as {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: object; parameters: { name: string }[] }>>;
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

it('lists the errors of a route by status', () => {
  const create = document.paths['/files']?.post?.responses ?? {};
  expect(Object.keys(create)).toEqual(expect.arrayContaining(['201', '202', '400', '401', '409', '413', '415']));
});
