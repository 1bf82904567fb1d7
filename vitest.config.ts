import { defineConfig } from 'vitest/config';

const SOURCES = '{functions,shared,console,model-server,localstack,cli,infra,docs,bench,samples,testing}/**';
const SYSTEM = `${SOURCES}/*.system.test.ts`;
const SLOW = `${SOURCES}/*.slow.test.ts`;

/**
 * Three tiers: `unit` needs this process alone; `system` the real parts, which it starts once; `slow` is what takes long:
 * kills, packages, hostile files, collections of real ones, reading pictures. `npm test` runs the first two.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${SOURCES}/*.test.ts`],
          exclude: [SYSTEM, SLOW],
          setupFiles: 'testing/without-ports.ts',
        },
      },
      {
        extends: true,
        test: { name: 'system', include: [SYSTEM], globalSetup: 'testing/start-shared-system.ts' },
      },
      {
        extends: true,
        test: { name: 'slow', include: [SLOW], globalSetup: 'testing/start-shared-system.ts' },
      },
    ],
  },
});
