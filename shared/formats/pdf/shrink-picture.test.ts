import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { drawScene } from '#testing/documents/make-picture.ts';
import { findLargePictures } from './find-large-pictures.ts';
import { shrinkPicture } from './shrink-picture.ts';

let folder: string;
let file: FileHandle | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-pictures-'));
});
afterEach(async () => {
  await file?.close();
  await rm(folder, { recursive: true });
});

/** The part of a PDF that holds pictures, each with what its dictionary says. */
async function find(pictures: readonly { says: string; stream: Buffer | string }[], mostPixels = 1_000) {
  const parts = pictures.flatMap(({ says, stream }, index) => [
    Buffer.from(`${index + 1} 0 obj\n<< /Type /XObject /Subtype /Image ${says} >>\nstream\r\n`),
    Buffer.from(stream),
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const bytes = Buffer.concat(parts);
  const path = join(folder, 'a.pdf');
  await writeFile(path, bytes);
  file = await open(path);
  return { file, bytes, found: await findLargePictures(file, bytes.length, mostPixels) };
}

it('tells what large pictures there are, and where', async () => {
  const jpeg = await drawScene(400, 300).jpeg().toBuffer();
  const size = '/Width 400 /Height 300';
  const { found, bytes } = await find([
    { says: `${size} /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length}`, stream: jpeg },
    { says: `${size} /BitsPerComponent 8 /Filter [ /DCTDecode ] /Length 12 0 R`, stream: jpeg },
    { says: `${size} /BitsPerComponent 1 /Filter /FlateDecode /Length 3`, stream: 'abc' },
    { says: `${size} /Filter [/FlateDecode /CCITTFaxDecode] /Length 3`, stream: 'abc' },
    { says: `${size} /BitsPerComponent 8 /Filter /FlateDecode /Length 3`, stream: 'abc' },
    { says: `${size} /BitsPerComponent 8 /Filter /DCTDecode /Length 3`, stream: 'encrypted' },
    { says: '/Width 20 /Height 30 /BitsPerComponent 8 /Filter /FlateDecode /Length 3', stream: 'abc' },
  ]);
  expect(found?.map(({ kind }) => kind)).toEqual(['jpeg', 'jpeg', 'one-bit', 'one-bit', 'other', 'other']);
  const [direct, elsewhere] = found ?? [];
  expect(bytes.subarray(direct?.streamStart, direct?.streamEnd).equals(jpeg)).toBe(true);
  expect(bytes.subarray(elsewhere?.streamStart, (elsewhere?.streamStart ?? 0) + jpeg.length).equals(jpeg)).toBe(true);
});

it('says nothing of a file that tells sizes elsewhere', async () => {
  expect((await find([{ says: '/Width 9 0 R /Height 300 /Length 3', stream: 'abc' }])).found).toBeUndefined();
});

it('makes a picture smaller in its place, and refuses one that it cannot read', async () => {
  const jpeg = await drawScene(4_000, 3_000).jpeg().toBuffer();
  const says = '/Width 4000 /Height 3000 /BitsPerComponent 8 /Filter /DCTDecode';
  const { file, found } = await find([
    { says: `${says} /Length ${jpeg.length}`, stream: jpeg },
    { says: `${says} /Length 99`, stream: Buffer.concat([jpeg.subarray(0, 60), Buffer.alloc(39)]) },
  ]);
  const [good, bad] = found ?? [];
  if (!good || !bad) throw new Error('Both pictures are there');
  const smaller = await shrinkPicture(file, good);
  expect(smaller).toHaveLength(good.streamEnd - good.start);
  expect(smaller.toString('latin1')).toMatch(/\/Width 2828 \/Height 2121 \/BitsPerComponent 8 /);
  const { data, info } = await sharp(smaller.subarray(good.streamStart - good.start))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 2828, height: 2121, channels: 3 });
  expect(data[2]).toBeCloseTo(200, -1);
  expect((await shrinkPicture(file, bad)).toString('latin1')).toContain('/Width 9999 /Height 9999');
});
