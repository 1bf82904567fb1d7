import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compressResult } from './compress-result.ts';

const body = 'Every word stands here more than once. '.repeat(1_000);
const answer = { statusCode: 200, headers: { 'Content-Type': 'text/html', Vary: 'Origin' }, body };

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, br;q=0', 'gzip'],
  ['gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, gzip;q=0', undefined],
  ['identity, gzip;q=0.5', undefined],
  ['', undefined],
  ['\u0000;;q=,', undefined],
  [undefined, undefined],
])('for %j it is %s', async (accepted, encoding) => {
  const result = await compressResult(answer, accepted);
  expect(result.headers).toMatchObject({ 'Content-Type': 'text/html', Vary: 'Origin, Accept-Encoding' });
  expect(result.headers?.['Content-Encoding']).toBe(encoding);
  if (!encoding) return expect(result.body).toBe(body);
  const sent = Buffer.from(result.body ?? '', 'base64');
  expect(sent.length).toBeLessThan(body.length / 10);
  expect((encoding === 'br' ? brotliDecompressSync : gunzipSync)(sent).toString()).toBe(body);
});

test.each([
  ['short ones', { statusCode: 200, headers: {}, body: 'a'.repeat(16_000) }],
  ['empty ones', { statusCode: 204, headers: {}, body: '' }],
  ['bytes', { statusCode: 200, headers: {}, body: 'A'.repeat(40_000), isBase64Encoded: true }],
])('%s stay as they are', async (_, result) => {
  expect(await compressResult(result, 'br')).toBe(result);
});
