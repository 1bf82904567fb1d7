import { join } from 'node:path';
import type { Secrets } from '#localstack/secrets/secrets.ts';
import type { PartStarter } from './part-starter.ts';
import { type Environment, given, isProduction, type Ports } from './settings.ts';

export interface GoogleContext {
  dataDir: string;
  env: Environment;
  ports: Ports;
  publicUrl: string;
  secrets: Secrets;
  parts: PartStarter;
}

const CLIENT_ID = 'omnirag-on-this-machine';

/** Starts the stand-in for Google unless a Google client is given, or it is production. Returns the settings that name the client. */
export async function startGoogle(context: GoogleContext): Promise<Record<string, string>> {
  const { dataDir, env, ports, publicUrl, secrets, parts } = context;
  if (given(env, 'GOOGLE_CLIENT_ID') !== undefined || isProduction(env)) return {};
  const client = { GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_CLIENT_SECRET: secrets.GOOGLE_CLIENT_SECRET };
  const part = await parts.spawn({
    name: 'google',
    main: 'localstack/google/main.ts',
    pinned: { port: 'GOOGLE_PORT' },
    port: { of: 'google', detail: 'port' },
    env: {
      ...env,
      ...client,
      GOOGLE_DATA_DIR: join(dataDir, 'google'),
      GOOGLE_PORT: String(ports.google),
      GOOGLE_REDIRECT_URIS: new URL('/drive/callback', publicUrl).href,
    },
  });
  const { port } = await part.ready((details) => `http://127.0.0.1:${details.port}`);
  return { ...client, GOOGLE_API_ROOT: `http://127.0.0.1:${port}` };
}
