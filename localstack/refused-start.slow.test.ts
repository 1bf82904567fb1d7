import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-refused-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  output: string;
  seconds: number;
}

interface Ids {
  uid?: number;
  gid?: number;
}

function launch(settings: Record<string, string>, ids: Ids = {}): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL('start.ts', import.meta.url))], {
    env: { PATH: process.env.PATH, OMNIRAG_DATA_DIR: join(folder, 'data'), PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ids,
  });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const begun = performance.now();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, output, seconds: (performance.now() - begun) / 1000 };
}

const start = (settings: Record<string, string>, ids: Ids = {}): Promise<Ended> => ended(launch(settings, ids));

/** The settings that the lines of a refusal begin with. */
const named = (output: string): string[] =>
  [...output.matchAll(/^ {2}([A-Z][A-Z0-9_]*): /gm)].map(([, name = '']) => name);

/** No credentials but those of the settings, whatever the machine has. */
const NO_AWS = {
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const REFUSED = 'OmniRAG was not started. These settings are not valid:';

describe('wrong settings', () => {
  it('are told all at once, by name and without a value, before anything starts', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const wrong = {
      ...{
        APP_ENCRYPTION_KEY: 'abc',
        DATABASE_URL: 'mysql://secret-x',
        OCR_LANGUAGES: 'eng+xyz',
        VECTOR_DB_PROVIDER: 'pinecone',
      },
      ...{
        REDIS_URL: 'redis://:secret-y@127.0.0.1:1',
        QDRANT_URL: 'http://127.0.0.1:1',
        S3_ENDPOINT: 'http://127.0.0.1:1',
      },
      ...{ SQS_PORT: String(port), STREAM_PORT: '70000', HOST: '203.0.113.7', AWS_ACCESS_KEY_ID: 'secret z' },
      ...{ MODEL_DIR: '/dev/null/models', BCRYPT_COST: '4', LAMBDA_PORT: 'x' },
    };
    const { code, output } = await start(wrong);
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(REFUSED);
    expect(named(output).sort()).toEqual(Object.keys(wrong).sort());
    expect(output).toContain(`SQS_PORT: port ${port} is in use; set SQS_PORT to another port`);
    expect(output).toContain('npm install @tesseract.js-data/xyz');
    expect(output).toContain('no answer from 127.0.0.1:1: nothing is listening there');
    expect(output).not.toMatch(/secret|pinecone|✓|\n {4}at /);
    expect(await readdir(join(folder, 'data'))).not.toContain('run.json');
  });

  it('of production are those of a machine of one, and nothing stands in', async () => {
    const local = await start({ OMNIRAG_ENV: 'production', ...NO_AWS });
    expect(local.code).toBe(1);
    expect(named(local.output).sort()).toEqual([
      ...[
        'APP_ENCRYPTION_KEY',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'DATABASE_URL',
        'EMBEDDING_URL',
        'JWT_SECRET',
      ],
      ...['PUBLIC_URL', 'QDRANT_URL', 'S3_ENDPOINT', 'SQS_ENDPOINT', 'STREAM_URL'],
    ]);
    const weak = {
      ...{ JWT_SECRET: 'a'.repeat(32), APP_ENCRYPTION_KEY: '0'.repeat(64), STORAGE_WEBHOOK_TOKEN: 'a'.repeat(32) },
      ...{ PUBLIC_URL: 'http://rag.example.com', STREAM_URL: 'http://rag.example.com' },
      ...{
        S3_ENDPOINT: 'http://minio.invalid:9000',
        GOOGLE_API_ROOT: 'http://127.0.0.1:1',
        EMBEDDING_MODEL: 'hashing-384',
      },
    };
    const refused = await start({ OMNIRAG_ENV: 'production', ...weak });
    expect(named(refused.output)).toEqual(expect.arrayContaining([...Object.keys(weak), 'S3_PUBLIC_ENDPOINT']));
    expect((await start({ OMNIRAG_ENV: 'staging' })).output).toContain('OMNIRAG_ENV: ');
  });

  it('of production name one key of AWS without the other, and none where the SDK has its own', async () => {
    const keysAmong = ({ output }: Ended) => named(output).filter((name) => name.startsWith('AWS_'));
    const half = await start({ OMNIRAG_ENV: 'production', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', ...NO_AWS });
    expect(keysAmong(half)).toEqual(['AWS_SECRET_ACCESS_KEY']);
    const profile = join(folder, 'credentials');
    await writeFile(profile, '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = example\n');
    const own = await start({ OMNIRAG_ENV: 'production', ...NO_AWS, AWS_SHARED_CREDENTIALS_FILE: profile });
    expect(own.output).toContain(REFUSED);
    expect(keysAmong(own)).toEqual([]);
  });

  it('of HOST say that the address for other machines is missing', async () => {
    const { code, output } = await start({ HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(named(output)).toEqual(['PUBLIC_URL']);
  });
});

describe('a data folder that cannot be used', () => {
  it.each([
    ['below a folder in which nothing can be made', '/proc/nope'],
    ['deep below one', '/proc/nope/deep/down'],
    ['below a file', '/dev/null/data'],
    ['that is a file', 'FILE'],
    ['that is a link to nowhere', 'LINK'],
  ])('%s is said in a sentence, at once', async (_, path) => {
    await writeFile(join(folder, 'file'), '');
    await symlink('/nowhere/at/all', join(folder, 'link')).catch(() => undefined);
    const dataDir = path.replace('FILE', join(folder, 'file')).replace('LINK', join(folder, 'link'));
    const { code, output, seconds } = await start({ OMNIRAG_DATA_DIR: dataDir, JWT_SECRET: 'short' });
    expect(code).toBe(1);
    expect(named(output)).toEqual(['OMNIRAG_DATA_DIR', 'JWT_SECRET']);
    expect(output).toContain('choose a folder that OmniRAG can write to');
    expect(output).not.toMatch(/^\S*E[A-Z]{4,}:|\n {4}at /m);
    expect(seconds).toBeLessThan(20);
  });

  it.runIf(process.getuid?.() === 0)('that belongs to another account is said in a sentence, too', async () => {
    const nobody = 65_534;
    await chmod(folder, 0o755);
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const { code, output } = await start({ OMNIRAG_DATA_DIR: join(closed, 'data') }, { uid: nobody });
    expect(code).toBe(1);
    expect(named(output)).toEqual(['OMNIRAG_DATA_DIR']);
    expect(output).toContain('cannot be read and written by the account "nobody"');

    // As after a `sudo npm start` on one's own folder.
    const own = join(folder, 'own');
    await mkdir(own);
    await writeFile(join(own, 'secrets.json'), '{}', { mode: 0o600 });
    await chown(own, nobody, nobody);
    const second = await start({ OMNIRAG_DATA_DIR: own }, { uid: nobody });
    expect(second.code).toBe(1);
    expect(second.output).toContain(`OMNIRAG_DATA_DIR: ${join(own, 'secrets.json')} cannot be read`);
  });
});

describe('a data folder', () => {
  /** With a setting that is wrong, so that the start ends there. */
  const tried = (dataDir: string, ids = {}) => start({ OMNIRAG_DATA_DIR: dataDir, JWT_SECRET: 'short' }, ids);
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

  it('that holds what is of others is refused in a sentence, and left as it is', async () => {
    const home = join(folder, 'home');
    await mkdir(join(home, 'photos'), { recursive: true });
    await writeFile(join(home, 'letter.txt'), '');
    const all = [home, join(home, 'photos'), join(home, 'letter.txt')];
    for (const path of all) await chmod(path, 0o755);
    const { code, output } = await tried(home);
    expect(code).toBe(1);
    expect(named(output)).toEqual(['OMNIRAG_DATA_DIR', 'JWT_SECRET']);
    expect(output).toContain(`${home} contains files that are not OmniRAG's, such as `);
    for (const path of all) expect(await modeOf(path)).toBe(0o755);
    expect(await readdir(home)).toEqual(['letter.txt', 'photos']);
  });

  it('that is new and holds the models, or what a disk has in it, is taken', async () => {
    const own = join(folder, 'prepared');
    for (const name of ['models', 'lost+found']) await mkdir(join(own, name), { recursive: true });
    await chmod(join(own, 'lost+found'), 0o755);
    expect(named((await tried(own)).output)).toEqual(['JWT_SECRET']);
    // Of ours by now, and what others put beside it is none of our business.
    await writeFile(join(own, 'notes.txt'), '');
    await chmod(join(own, 'notes.txt'), 0o644);
    expect(named((await tried(own)).output)).toEqual(['JWT_SECRET']);
    expect([await modeOf(join(own, 'notes.txt')), await modeOf(join(own, 'lost+found'))]).toEqual([0o644, 0o755]);
  });

  it.runIf(process.getuid?.() === 0)(
    'of another account that we may write in is taken, and said to be open',
    async () => {
      const nobody = 65_534;
      await chmod(folder, 0o755);
      const volume = join(folder, 'volume');
      await mkdir(join(volume, 'models'), { recursive: true });
      await mkdir(join(volume, 'lost+found'), { mode: 0o700 });
      await chmod(join(volume, 'models'), 0o755);
      await chown(volume, 0, nobody);
      await chmod(volume, 0o2775);
      const { output } = await tried(volume, { uid: nobody, gid: nobody });
      expect(named(output)).toEqual(['JWT_SECRET']);
      expect(output).toContain(
        `${volume} remains accessible to other accounts (mode 775) because it belongs to another account.`,
      );
    },
  );
});

describe('a start that is given up', () => {
  it.each([0, 300, 1_000, 2_500, 5_000, 8_000])('after %d ms ends by SIGTERM and leaves nothing behind', async (ms) => {
    const dataDir = join(folder, `stopped-${ms}`);
    const child = launch({ OMNIRAG_DATA_DIR: dataDir, EMBEDDING_MODEL: 'hashing-384' });
    const end = ended(child);
    // Once its handlers are there: before, the default action ends the process.
    await expect
      .poll(
        () =>
          access(dataDir).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000, interval: 20 },
      )
      .toBe(true);
    await new Promise((resume) => setTimeout(resume, ms));
    const asked = performance.now();
    child.kill('SIGTERM');
    const { code, output } = await end;
    expect([code, output]).toEqual([0, expect.stringContaining('Stopping')]);
    expect(performance.now() - asked).toBeLessThan(20_000);
    const left = await readdir(dataDir);
    expect(left).not.toContain('run.json');
    expect(left).not.toContain('lock');
  });

  it('ends while a service that was set does not answer', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const connected = once(silent, 'connection');
    const child = launch({ DATABASE_URL: `postgres://me@127.0.0.1:${port}/db` });
    const end = ended(child);
    await connected;
    const asked = performance.now();
    child.kill('SIGINT');
    expect((await end).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(4_000);
    silent.close();
  });
});
