import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/**
 * Dependencies that bytes or texts of strangers reach: files, tokens, headers, bodies. Each is pinned to one version, so
 * that a release nobody has looked at never parses them. Whatever is added must be put here or below.
 */
const PARSES_UNTRUSTED_INPUT = [
  '@alexanderolsen/libsamplerate-js',
  '@kenjiuno/msgreader',
  '@napi-rs/canvas',
  '@tesseract.js-data/deu',
  '@tesseract.js-data/eng',
  '@tesseract.js-data/fra',
  '@tesseract.js-data/ita',
  '@tesseract.js-data/por',
  '@tesseract.js-data/spa',
  '@wasm-audio-decoders/flac',
  '@wasm-audio-decoders/ogg-vorbis',
  'chardet',
  'csv-parse',
  'file-type',
  'iconv-lite',
  'ipaddr.js',
  'jsonwebtoken',
  'mammoth',
  'mpg123-decoder',
  'negotiator',
  'htmlparser2',
  'ogg-opus-decoder',
  'pdfjs-dist',
  'postal-mime',
  'range-parser',
  'saxes',
  'sharp',
  'tesseract.js',
  'yauzl',
  'zod',
];

/** They reach what we or services of ours wrote, or text that others have parsed. */
const OTHERS = [
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sqs',
  '@aws-sdk/lib-storage',
  '@aws-sdk/s3-request-presigner',
  '@googleapis/drive',
  '@qdrant/js-client-rest',
  '@xenova/transformers',
  '@zxcvbn-ts/language-common',
  'bcryptjs',
  'content-disposition',
  'eld',
  'google-auth-library',
  'ioredis',
  'kysely',
  'lru-cache',
  'murmurhash',
  'nodemailer',
  'pg',
  'pino',
  'snowball-stemmers',
  'stopword',
  'uuid',
  'yazl',
];

it('what parses untrusted input is pinned to one version, and every dependency is known to do it or not', async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies).toSorted()).toEqual([...PARSES_UNTRUSTED_INPUT, ...OTHERS].toSorted());
  const loose = PARSES_UNTRUSTED_INPUT.filter((name) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(dependencies[name] ?? ''));
  expect(loose).toEqual([]);
});
