import { afterAll, beforeAll, expect, it } from 'vitest';
import { dumpColumns, dumpSchema } from '#testing/dump-schema.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';

const BY = 'What the migrations make, written by schema.system.test.ts: run it with -u after a new migration.';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

it('schema.sql says what the migrations make', async () => {
  await expect(`-- ${BY}\n\n${await dumpSchema(container.everyone)}`).toMatchFileSnapshot('schema.sql');
});

it('testing/columns.ts says the same of the columns, and the types of schema.ts are held against it', async () => {
  await expect(`/** ${BY} */\n${await dumpColumns(container.everyone)}`).toMatchFileSnapshot('testing/columns.ts');
});
