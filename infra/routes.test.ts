import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isObject, readTemplate } from '#localstack/declarations/template.ts';
import { ROUTES } from '#shared/api/routes.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** What API Gateway sends where: the routes of each function, e.g. `GET /files/{id}`, by its handler. */
async function declaredRoutes(): Promise<[handler: string, routes: string[]][]> {
  const { functions } = await readTemplate(PROJECT, {});
  return Object.values(functions).map(({ handler, events }) => [
    String(handler),
    (Array.isArray(events) ? events.filter(isObject) : [])
      .map(({ httpApi }) => httpApi)
      .filter((route) => typeof route === 'string' && route !== '*')
      .map(String),
  ]);
}

const addressOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

/** The routes that the source of a function names, e.g. `getFileRoute` of `#shared/api/files.ts`. */
async function servedRoutes(handler: string): Promise<string[]> {
  const source = await readFile(`${PROJECT}${handler.replace(/handler$/, 'ts')}`, 'utf8');
  const served: string[] = [];
  for (const [, names = '', module = ''] of source.matchAll(/import \{([^}]+)\} from '(#shared\/api\/[\w-]+\.ts)'/g)) {
    const exported = (await import(module)) as Record<string, { method: string; path: string }>;
    for (const [name] of names.matchAll(/\b\w+Route\b/g)) {
      const route = exported[name];
      if (route !== undefined) served.push(addressOf(route));
    }
  }
  return served;
}

it('the functions declare exactly the routes that are described', async () => {
  const declared = (await declaredRoutes()).flatMap(([, routes]) => routes);
  expect(declared.toSorted()).toEqual(ROUTES.map(addressOf).toSorted());
});

it('a function is given the requests of the routes that it serves, and of no other', async () => {
  for (const [handler, routes] of await declaredRoutes()) {
    expect([handler, (await servedRoutes(handler)).toSorted()]).toEqual([handler, routes.toSorted()]);
  }
});
