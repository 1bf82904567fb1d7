import { afterAll, vi } from 'vitest';

/**
 * Set up for all tests: files share a process, which spares each the start of one and the import of libraries (the AWS
 * SDK alone 0.5 s); our own modules are made anew for each file, and what it changed in the environment is taken back.
 */
const FIRST = Symbol.for('omnirag.environment-of-the-first-file');
const everyFile: { process: NodeJS.Process; [FIRST]?: NodeJS.ProcessEnv } = globalThis;
everyFile[FIRST] ??= { ...process.env };
const environment = everyFile[FIRST];

takeBack();
vi.resetModules();
// Also before each file: this is not called after one that cannot be imported, or that skips all its tests.
afterAll(takeBack);

function takeBack(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}
