import { availableParallelism } from 'node:os';
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
    isolate: false,
    sequence: { setupFiles: 'list' },
    // A test of the system waits for others more than it works; what works for it has to have a processor as well.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${SOURCES}/*.test.ts`],
          exclude: [SYSTEM, SLOW],
          setupFiles: ['testing/fresh-modules.ts', 'testing/without-ports.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [SYSTEM],
          setupFiles: 'testing/fresh-modules.ts',
          globalSetup: 'testing/start-shared-system.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: [SLOW],
          setupFiles: 'testing/fresh-modules.ts',
          globalSetup: 'testing/start-shared-system.ts',
        },
      },
    ],
  },
});
