import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startSystem } from '#localstack/system.ts';
import { compareRoles } from './compare-roles.ts';
import { writeTinyClipModel } from './models/tiny-clip-model.ts';
import { dropTemplateDatabase, makeTemplateDatabase } from './template-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The system that all `*.system.test.ts` files share: each makes accounts, and where needed databases, of its own. */
    system: {
      url: string;
      env: Record<string, string>;
      /** The database that those of the tests are copies of: the schema, and nothing in it. */
      template: string;
      /** Where what the functions call of S3 and SQS is recorded; for `compareRoles`. */
      calls: string;
    };
  }
}

/** What the shared system transcribes with. */
export const SPEECH_MODEL = 'omnirag-testing/tiny-whisper';
/** Made by the tests: a picture is its mean colour. */
const CLIP_MODEL = 'tiny/clip';

/** Starts one whole system on free ports for the run, with the stand-in model so that no run depends on model files. */
export default async function startSharedSystem(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-test-'));
  await writeTinyClipModel({ modelDir: join(dataDir, 'models'), modelId: CLIP_MODEL });
  const recordDir = await mkdtemp(join(tmpdir(), 'omnirag-test-calls-'));
  const calls = join(recordDir, 'calls.jsonl');
  await writeFile(calls, '');
  const system = await startSystem({
    dataDir,
    env: {
      ...process.env,
      OMNIRAG_ENV: 'local',
      PORT: '0',
      OMNIRAG_RECORD_CALLS: calls,
      EMBEDDING_MODEL: 'hashing-384',
      CLIP_MODEL,
      // Every test makes people of its own, all from one address.
      QUOTA_REGISTRATIONS_PER_HOUR: '0',
      TRUSTED_PROXIES: '127.0.0.120',
      // Not there until a test puts it into MODEL_DIR.
      WHISPER_MODEL: SPEECH_MODEL,
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    },
    onEvent: () => undefined,
  });
  const template = await makeTemplateDatabase(system.env.DATABASE_URL ?? '');
  project.provide('system', { url: system.url, env: system.env, template, calls });
  return async () => {
    await dropTemplateDatabase(system.env.DATABASE_URL ?? '', template);
    await system.stop();
    const { missing } = await compareRoles(calls);
    await Promise.all([dataDir, recordDir].map((folder) => rm(folder, { recursive: true, force: true })));
    // Every test of the run has been through the functions by now.
    if (missing.length > 0)
      throw new Error(`On AWS these calls would be refused; see infra/roles.yml:\n${missing.join('\n')}`);
  };
}
