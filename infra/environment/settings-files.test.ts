import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PORT_SETTINGS } from '#localstack/supervisor/settings.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import type { Setting } from '#shared/runtime/settings/kinds.ts';
import { environmentSchema, SETTINGS } from '#shared/runtime/settings.ts';
import { passedSettings } from '../packaging/passed-settings.ts';
import { AWS_ENVIRONMENT, EXAMPLE, PAGE, settingsFiles } from './settings-files.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const [page, example, aws] = await Promise.all([PAGE, EXAMPLE, AWS_ENVIRONMENT].map(read));

const settings: [name: string, setting: Setting][] = Object.entries(SETTINGS);
const names = settings.map(([name]) => name).sort();
const secrets = settings.filter(([, { secret }]) => secret).map(([name]) => name);
const declared: Record<string, string> = parse(aws ?? '', { logLevel: 'error' });

it.each([PAGE, EXAMPLE, AWS_ENVIRONMENT])('%s is what npm run settings writes', async (path) => {
  expect(await read(path)).toBe(settingsFiles(example ?? '')[path]);
});

describe('every setting, and nothing that is none,', () => {
  it('is documented', () => {
    expect(page?.match(/(?<=^\| `)\w+(?=` \|)/gm)?.sort()).toEqual(names);
    expect(Object.keys(environmentSchema.shape).sort()).toEqual(names);
    for (const [name, { doc }] of settings) expect(doc, name).toMatch(/^.{10,}\.$/);
  });

  it('is what the other pages call one, where it is no code of an error and none of the local cloud, the deployment or the tests', async () => {
    const others = [
      ...PORT_SETTINGS.map(({ setting }) => setting),
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'OMNIRAG_DATA_DIR'],
      ...['OMNIRAG_SECRETS', 'OMNIRAG_BROWSER'],
    ];
    const known = new Set([...names, ...Object.keys(ERROR_CODES), ...others]);
    const docs = (await readdir(new URL('../../docs', import.meta.url))).filter((path) => path.endsWith('.md'));
    const named = new Set<string>();
    for (const path of ['README.md', 'SECURITY.md', ...docs.map((file) => `docs/${file}`)]) {
      for (const [, name = ''] of (await read(path)).matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`/g)) {
        expect(known, path).toContain(name);
        named.add(name);
      }
    }
    expect(others.filter((name) => name.includes('_') && !named.has(name))).toEqual([]);
  });

  it('has the default that docs/models.md says', async () => {
    const told = [...(await read('docs/models.md')).matchAll(/^\|[^|]+\| `(\w+_MODEL)` \| `([^`]+)`/gm)];
    expect(told).toHaveLength(4);
    const schemas: Record<string, z.ZodType> = environmentSchema.shape;
    for (const [, name = '', value] of told) expect(schemas[name]?.parse(undefined), name).toBe(value);
  });

  it('is in .env.example once, but for PATH, which every machine has', () => {
    const forContainers = ['POSTGRES_PASSWORD', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'REDIS_PASSWORD', 'HOST'];
    const shown = example?.match(/(?<=^(# )?)[A-Z][A-Z0-9_]+(?==)/gm) ?? [];
    expect([...shown, 'PATH'].sort()).toEqual([...names, ...forContainers].sort());
  });

  it('is passed on AWS, or says why it is not', () => {
    const passed = settings.filter(([, { local }]) => local === undefined).map(([name]) => name);
    expect(Object.keys(declared).sort()).toEqual(passed.sort());
    for (const [name, { local, aws, secret }] of settings) {
      const ways = [local, aws, secret].filter((way) => way !== undefined);
      expect(ways.length, `${name} comes one way`).toBeLessThanOrEqual(1);
    }
  });

  it('comes out of Secrets Manager on AWS where it opens something', () => {
    const opening = names.filter((name) => /(_KEYS?|_SECRETS?|_TOKEN|^(DATABASE|REDIS|SMTP)_URL)$/.test(name));
    expect([...secrets, 'STORAGE_WEBHOOK_TOKEN'].sort()).toEqual(opening);
    for (const name of secrets) expect(declared[name]).toMatch(/^\{\{resolve:secretsmanager:.*:SecretString:\w+\}\}$/);
  });
});

describe("Lambda's 4 KB of variables", () => {
  const LIMIT = 4_096;
  const bytesOf = (variables: object): number => Buffer.byteLength(JSON.stringify(variables));
  /** As long as such values are. */
  const values = Object.fromEntries(
    settings.flatMap(([name, setting]) => (setting.local === undefined ? [[name, realistic(name, setting)]] : [])),
  );

  it('hold every setting at once, each set', () => {
    expect(bytesOf(values)).toBeGreaterThan(LIMIT / 2);
    expect(bytesOf(values)).toBeLessThan(LIMIT);
  });

  it('are hardly used by those that have to be set', () => {
    const unset = Object.fromEntries(
      Object.entries(declared).map(([name, value]) => [name, value.startsWith('${env:') ? '' : value]),
    );
    const needed = passedSettings(unset, 'DATABASE_URL,JWT_SECRET,APP_ENCRYPTION_KEY');
    expect(bytesOf(Object.fromEntries(Object.keys(needed).map((name) => [name, values[name]])))).toBeLessThan(
      LIMIT / 4,
    );
  });
});

function realistic(name: string, { schema, secret, aws }: Setting): string {
  const { default: fallback, format, maximum } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (aws?.startsWith('!')) return 'https://abcdefghij.execute-api.eu-central-1.amazonaws.com';
  if (secret && format === 'uri')
    return `postgres://omnirag:${'p'.repeat(32)}@database.abcdefghijkl.eu-central-1.rds.amazonaws.com/omnirag`;
  // A key and the one that follows it, each with an id.
  if (secret) return 's'.repeat(name.endsWith('S') ? 140 : 64);
  if (fallback !== undefined && fallback !== '') return aws ?? String(fallback);
  if (format === 'uri') return 'https://embeddings.models.example.com';
  return String(maximum ?? 'https://app.example.com,https://example.com').slice(0, 40);
}
