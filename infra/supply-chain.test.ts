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
  'dingbat-to-unicode',
  'mpg123-decoder',
  'negotiator',
  'htmlparser2',
  'numfmt',
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
  '@qdrant/js-client-rest',
  '@xenova/transformers',
  '@zxcvbn-ts/language-common',
  'bcryptjs',
  'content-disposition',
  'eld',
  'google-auth-library',
  'googleapis',
  'ioredis',
  'kysely',
  'lru-cache',
  'murmurhash',
  'opencc-js',
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

it('a package under another name than its own is explained', async () => {
  const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const aliases = Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) => {
    const [, real] = /^npm:(.+)@[^@]+$/.exec(version) ?? [];
    return real === undefined ? [] : [`${name} is ${real}`];
  });
  const decision = await readFile('docs/decisions/0043-names-of-packages.md', 'utf8');
  const explained = [...decision.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(
    ([, name, real]) => `${name} is ${real}`,
  );
  expect(explained.toSorted()).toEqual(aliases.toSorted());
});
