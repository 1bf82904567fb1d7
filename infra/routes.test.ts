import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isObject, readTemplate } from '#localstack/declarations/template.ts';
import { ROUTES } from '#shared/api/routes.ts';

it('serverless.yml declares exactly the routes that are described', async () => {
  const template = await readTemplate(fileURLToPath(new URL('..', import.meta.url)), {});
  const declared = Object.values(template.functions)
    .flatMap(({ events }) => (Array.isArray(events) ? events.filter(isObject) : []))
    .map((event) => event.httpApi)
    .filter((route) => typeof route === 'string' && route !== '*');
  expect(declared.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
});
