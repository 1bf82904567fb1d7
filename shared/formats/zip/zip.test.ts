import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { makeZip, type ZipEntry } from '#testing/documents/make-zip.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import { zip } from './zip.ts';

async function namesOf(entries: readonly Omit<ZipEntry, 'data'>[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-zip-'));
  try {
    const path = join(folder, 'archive');
    await writeFile(path, makeZip(entries.map((entry) => ({ ...entry, data: 'x' }))));
    const document = await zip.open(path, NO_TOOLS);
    const children = await document.children?.({ files: 10, bytes: 1e6, fileBytes: 1e6, folder, levels: 0 });
    await document.close();
    return children?.map((child) => child.path) ?? [];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function unicodePath(raw: Buffer, name: string): Buffer {
  const data = Buffer.concat([Buffer.alloc(9), Buffer.from(name)]);
  data.writeUInt16LE(0x7075, 0);
  data.writeUInt16LE(data.length - 4, 2);
  data.writeUInt8(1, 4);
  data.writeUInt32LE(crc32(raw), 5);
  return data;
}

it('reads names in UTF-8, said or not, and those of one code page beside them', async () => {
  const shiftJis = iconv.encode('表示/会議録.txt', 'cp932');
  expect(
    await namesOf([
      { name: 'Möwe.txt' },
      { name: Buffer.from('Größe.txt') },
      { name: shiftJis },
      { name: Buffer.from('a.txt') },
    ]),
  ).toEqual(['Möwe.txt', 'Größe.txt', '表示/会議録.txt', 'a.txt']);
});

it('takes the name that Info-ZIP adds where it belongs to the other one', async () => {
  const raw = iconv.encode('Größe.txt', 'cp437');
  const ascii = Buffer.from('_____.txt');
  expect(
    await namesOf([
      { name: raw, extra: unicodePath(raw, '会議録.txt') },
      { name: iconv.encode('Über.txt', 'cp437'), extra: unicodePath(raw, 'no.txt') },
      { name: ascii, extra: unicodePath(ascii, 'отчёт.txt') },
    ]),
  ).toEqual(['会議録.txt', 'Über.txt', 'отчёт.txt']);
});
