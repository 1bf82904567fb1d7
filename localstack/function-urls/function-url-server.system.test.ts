import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { environmentMessage } from '#localstack/process/late-environment.ts';
import { type SpawnedPart, spawnPart } from '#localstack/process/spawn-part.ts';

/** What the streaming function of the product does, with a body that tells how far it was read. */
const HANDLER = `
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
const state = { made: 0, ended: 'no' };
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const query = event.queryStringParameters ?? {};
  const from = (status, headers = {}) => awslambda.HttpResponseStream.from(stream, { statusCode: status, headers });
  if (event.rawPath === '/state') return from(200).end(JSON.stringify({ ...state, rss: process.memoryUsage().rss }));
  if (event.rawPath === '/event') return from(200, { 'content-type': 'application/json' }).end(JSON.stringify(event));
  if (event.rawPath === '/setting') return from(200).end(process.env.SETTING);
  if (event.rawPath === '/throw') throw new Error('a secret of ours');
  if (event.rawPath === '/empty') return from(204).end();
  state.made = 0;
  state.ended = 'no';
  const chunk = Buffer.alloc(65536, 'x');
  const body = Readable.from((async function* () {
    for (; state.made < Number(query.chunks); state.made += 1) {
      if (query.breakAt === String(state.made)) throw new Error('broken');
      yield chunk;
    }
  })());
  try {
    await pipeline(body, from(206, { 'content-range': 'bytes 0-1/2' }));
    state.ended = 'well';
  } catch (error) {
    state.ended = error.code ?? error.message;
  }
});
`;

let dir: string;
let part: SpawnedPart;
let url: string;
const output: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omnirag-url-'));
  await writeFile(join(dir, 'package.json'), '{"type": "module"}');
  await writeFile(join(dir, 'stream.ts'), HANDLER);
  part = spawnPart({
    name: 'function-urls',
    script: fileURLToPath(new URL('./main.ts', import.meta.url)),
    cwd: dir,
    env: {
      ...process.env,
      FUNCTION_URL_HOST: '127.0.0.1',
      FUNCTION_URL_PORT: '0',
      FUNCTION_URL_HANDLER: 'stream.handler',
      FUNCTION_URL_NAME: 'stream',
      FUNCTION_URL_TIMEOUT: '60',
      FUNCTION_URL_ORIGINS: 'http://localhost:3000',
    },
    onLine: (line) => output.push(line),
  });
  part.send(environmentMessage({ SETTING: 'came later' }));
  url = `http://127.0.0.1:${(await part.ready).port}`;
});
afterAll(async () => {
  await part.stop(1000);
  await rm(dir, { recursive: true, force: true });
});

interface State {
  made: number;
  ended: string;
  rss: number;
}
const state = async (): Promise<State> => (await (await fetch(`${url}/state`)).json()) as State;

it('hands over the request in payload format 2.0', async () => {
  const answer = await fetch(`${url}/event?token=a%20b&x=1&x=2`, { headers: { range: 'bytes=0-1' } });
  expect(await answer.json()).toMatchObject({
    version: '2.0',
    rawPath: '/event',
    rawQueryString: 'token=a%20b&x=1&x=2',
    queryStringParameters: { token: 'a b', x: '1,2' },
    headers: { range: 'bytes=0-1' },
    requestContext: { http: { method: 'GET', path: '/event' }, requestId: expect.any(String) },
    isBase64Encoded: false,
  });
  expect(await (await fetch(`${url}/setting`)).text()).toBe('came later');
});

it('streams 512 MB with status and headers, in flat memory', async () => {
  const before = (await state()).rss;
  const answer = await fetch(`${url}/stream?chunks=8192`);
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe('bytes 0-1/2');
  let size = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) size += chunk.length;
  expect(size).toBe(512 * 1024 * 1024);
  const after = await state();
  expect(after.ended).toBe('well');
  expect((after.rss - before) / 1e6).toBeLessThan(150);
});

it('reads no further than the client does, and stops when the client goes away', async () => {
  const leaving = new AbortController();
  const answer = await fetch(`${url}/stream?chunks=8192`, { signal: leaving.signal });
  await answer.body?.getReader().read();
  let made = -1;
  // It stands still once the buffers between are full.
  const standsStill = async (): Promise<boolean> => {
    const before = made;
    made = (await state()).made;
    return made === before;
  };
  await expect.poll(standsStill, { interval: 100 }).toBe(true);
  expect(made).toBeLessThan(2000);
  leaving.abort();
  await expect.poll(async () => (await state()).ended).toMatch(/^(ERR_STREAM_PREMATURE_CLOSE|ECANCELED)$/);
});

it('breaks off an answer whose source broke, and answers 502 without a word when the function throws', async () => {
  const broken = await fetch(`${url}/stream?chunks=100&breakAt=50`);
  await expect(broken.arrayBuffer()).rejects.toThrow();
  const thrown = await fetch(`${url}/throw`);
  expect(thrown.status).toBe(502);
  expect(await thrown.text()).not.toContain('secret');
  await expect.poll(() => output).toContain('a secret of ours');
  expect((await fetch(`${url}/empty`)).status).toBe(204);
});

it('lets a page of ours read, and no other', async () => {
  const read = (origin: string): Promise<Response> => fetch(`${url}/event`, { headers: { origin } });
  const ours = await read('http://localhost:3000');
  expect(ours.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  expect(ours.headers.get('access-control-expose-headers')).toContain('Content-Disposition');
  expect((await read('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});
