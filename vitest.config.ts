import { defineConfig } from 'vitest/config';

const SOURCES = '{functions,shared,console,model-server,localstack,cli,infra,docs,bench}/**';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'parts', include: [`${SOURCES}/*.test.ts`], exclude: [`${SOURCES}/*.system.test.ts`] },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [`${SOURCES}/*.system.test.ts`],
          globalSetup: 'testing/start-shared-system.ts',
        },
      },
    ],
  },
});
