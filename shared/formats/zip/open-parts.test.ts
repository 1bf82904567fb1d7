import { expect, it } from 'vitest';
import { makeDocx, makeDocxBomb } from '#testing/documents/make-docx.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { openParts } from './open-parts.ts';

const LIMITS = { entries: 10, totalBytes: 2_000_000, partBytes: 1_000_000 };

async function readAll(bytes: Buffer): Promise<ReadonlySet<string>> {
  const parts = await openParts(bytes, LIMITS);
  for (const name of parts.names) await parts.bytes(name);
  parts.close();
  return parts.names;
}

it('counts what really comes out', async () => {
  const bomb = makeDocxBomb(2);
  expect(bomb.length).toBeLessThan(20_000);
  await expect(readAll(bomb)).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  const pictures = [1, 2, 3].map((n) => ({ name: `media/${n}.bmp`, data: Buffer.alloc(900_000) }));
  await expect(readAll(makeZip(pictures))).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  const many = Array.from({ length: 11 }, (_, n) => ({ name: `${n}`, data: '' }));
  await expect(readAll(makeZip(many))).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
});

it('does not believe a smaller declared size', async () => {
  const lying = makeZip([{ name: 'a.xml', data: 'x'.repeat(100_000) }]);
  for (const at of [22, lying.lastIndexOf('PK\x01\x02') + 24]) lying.writeUInt32LE(10, at);
  await expect(readAll(lying)).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
});

it('lets an honest archive pass', async () => {
  expect(await readAll(makeDocx({ paragraphs: ['x'] }))).toContain('word/document.xml');
});
