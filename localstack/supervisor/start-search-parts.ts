import { join } from 'node:path';
import type { Secrets } from '#localstack/secrets/secrets.ts';
import { BM25 } from '#shared/models/index-model.ts';
import { modelDirOf } from './check-settings.ts';
import type { PartEvent } from './events.ts';
import type { PartStarter } from './part-starter.ts';
import { type Environment, given, type Ports } from './settings.ts';

export interface SearchPartsContext {
  dataDir: string;
  env: Environment;
  ports: Ports;
  secrets: Secrets;
  parts: PartStarter;
  onEvent(event: PartEvent): void;
}

/** Starts the Qdrant-compatible server unless QDRANT_URL is given. Returns the settings that name it. */
export async function startQdrant(context: SearchPartsContext): Promise<Record<string, string>> {
  const { dataDir, env, ports, secrets, parts } = context;
  const external = given(env, 'QDRANT_URL');
  if (external !== undefined) {
    const key = given(env, 'QDRANT_API_KEY');
    return { QDRANT_URL: external, ...(key === undefined ? {} : { QDRANT_API_KEY: key }) };
  }
  const part = await parts.spawn({
    name: 'qdrant',
    main: 'localstack/qdrant/main.ts',
    pinned: { port: 'QDRANT_PORT' },
    port: { of: 'qdrant', detail: 'port' },
    env: {
      ...env,
      QDRANT_DATA_DIR: join(dataDir, 'qdrant'),
      QDRANT_PORT: String(ports.qdrant),
      QDRANT_API_KEY: secrets.QDRANT_API_KEY,
    },
  });
  const { port } = await part.ready((details) => `http://127.0.0.1:${details.port}`);
  return { QDRANT_URL: `http://127.0.0.1:${port}`, QDRANT_API_KEY: secrets.QDRANT_API_KEY };
}

/** Starts the model host unless EMBEDDING_URL is given. Returns the settings that name it and the model it loaded. */
export async function startModels(
  context: SearchPartsContext,
  liveModel: Promise<string | undefined>,
): Promise<Record<string, string>> {
  const { dataDir, env, ports, secrets, parts } = context;
  const modelDir = modelDirOf(env, dataDir);
  const external = given(env, 'EMBEDDING_URL');
  if (external !== undefined) return { EMBEDDING_URL: external, MODEL_DIR: modelDir };
  const part = await parts.spawn({
    name: 'models',
    main: 'model-server/main.ts',
    pinned: { port: 'MODEL_PORT', model: 'EMBEDDING_MODEL' },
    port: { of: 'models', detail: 'port' },
    env: {
      ...env,
      MODEL_HOST_KEY: secrets.MODEL_HOST_KEY,
      MODEL_PORT: String(ports.models),
      MODEL_DIR: modelDir,
      OMNIRAG_LIVE_MODEL: await liveModel,
    },
  });
  const { port, model, builtIn } = await part.ready((details) => `http://127.0.0.1:${details.port}  ${details.model}`);
  if (builtIn === true) context.onEvent({ type: 'notice', text: builtInBanner(String(model), modelDir) });
  const url = `http://127.0.0.1:${port}`;
  const served = (kind: string): Record<string, string> =>
    given(env, `${kind}_URL`) === undefined
      ? { [`${kind}_URL`]: url, [`${kind}_API_KEY`]: secrets.MODEL_HOST_KEY }
      : {};
  return {
    MODEL_HOST_URL: url,
    EMBEDDING_MODEL: String(model),
    MODEL_DIR: modelDir,
    ...served('EMBEDDING'),
    // One copy of the speech model for all functions, too; loaded when the first recording comes.
    ...served('TRANSCRIPTION'),
    // As the model of pictures is, by the first picture.
    ...served('IMAGE_EMBEDDING'),
    ...(given(env, 'RERANK_MODEL') === undefined ? {} : served('RERANK')),
    ...((given(env, 'SPARSE_MODEL') ?? BM25) === BM25 ? {} : served('SPARSE')),
  };
}

function builtInBanner(model: string, modelDir: string): string {
  const lines = [
    `The built-in embedder "${model}" is in use. It compares spellings, not meanings.`,
    'For search by meaning, put the files of a model into',
    `  ${modelDir}/ORGANISATION/NAME`,
    'or connect this machine to the model hub, or set EMBEDDING_URL to an OpenAI-compatible',
    'endpoint, and start again. To move existing files to the new model:',
    '  npm run admin -- reembed --model ORGANISATION/NAME',
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const rule = '─'.repeat(width + 2);
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`].join('\n');
}
