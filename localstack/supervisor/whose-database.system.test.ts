import { expect, inject, it } from 'vitest';
import { startDatabase } from './start-database.ts';
import { type FunctionsContext, spawnFunctionHost } from './start-functions.ts';

const { env } = inject('system');
const ports = { http: 0, lambda: 0, postgres: 0, sqs: 0, qdrant: 0, google: 0 } as FunctionsContext['ports'];

it('in a database that was given, where another host may be at work, nothing is ended at the start or at the stop', async () => {
  const seen: unknown[] = [];
  const parts = {
    spawn: (part: { env: Record<string, string> }) => {
      seen.push(part.env.FUNCTION_OWNS_DATABASE);
      return Promise.reject(new Error('not started'));
    },
  } as unknown as FunctionsContext['parts'];
  const migrate = async (_: string, isOwn: boolean) => void seen.push(isOwn);
  const secrets = {} as Parameters<typeof startDatabase>[0]['secrets'];
  await startDatabase({ dataDir: '', env, ports, secrets, parts, migrate });
  const context = { serviceDir: '', ports, publicUrl: '', gateKey: '', parts };
  await expect(spawnFunctionHost({ ...context, env })).rejects.toThrow('not started');
  const { DATABASE_URL: _, ...withoutDatabase } = env;
  await expect(spawnFunctionHost({ ...context, env: withoutDatabase })).rejects.toThrow('not started');
  expect(seen).toEqual([false, '', '1']);
});
