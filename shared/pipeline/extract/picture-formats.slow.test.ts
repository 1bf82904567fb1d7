import type { Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { drawScene, drawText, toBmp, toTiff, toTurnedJpeg } from '#testing/documents/make-picture.ts';
import { makePictureBomb } from '#testing/documents/make-picture-bomb.ts';
import { makeScannedPdf } from '#testing/documents/make-scanned-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** Wide enough that one line stands in the lower left quarter. */
const SIZE = { width: 900, height: 260 };
const TOLD = 'The pump house was built in 1911, and the engine that drives it is older than that by twenty years.';

/** A picture with one line, in its lower half. */
const write = (line: string): Sharp => drawText(['', '', '', line], SIZE);

interface Fixture {
  name: string;
  query: string;
  make: (line: string) => Promise<Uint8Array>;
  page: number;
}

const FIXTURES: Fixture[] = [
  { name: 'scan.png', query: 'sluice', page: 1, make: (line) => write(line).png().toBuffer() },
  // Its pixels lie across; a tag says how they are meant.
  { name: 'phone.jpg', query: 'harbour', page: 1, make: (line) => toTurnedJpeg(write(line)) },
  { name: 'site.webp', query: 'lantern', page: 1, make: (line) => write(line).webp({ quality: 90 }).toBuffer() },
  { name: 'icon.gif', query: 'anchor', page: 1, make: (line) => write(line).gif().toBuffer() },
  {
    name: 'fax.tiff',
    query: 'captain',
    page: 3,
    make: (line) => toTiff([write('First'), drawScene(900, 260), write(line)]),
  },
  { name: 'paint.bmp', query: 'rudder', page: 1, make: (line) => toBmp(write(line)) },
  {
    name: 'camera.avif',
    query: 'compass',
    page: 1,
    make: (line) => write(line).avif({ quality: 80, effort: 0 }).toBuffer(),
  },
  {
    name: 'scanned.pdf',
    query: 'mooring',
    page: 2,
    make: (line) => makeScannedPdf([{ scan: write('First') }, { scan: write(line) }]),
  },
  {
    name: 'mixed.pdf',
    query: 'ballast',
    page: 2,
    make: (line) => makeScannedPdf([{ text: TOLD }, { scan: write(line) }, { text: `${TOLD} The end.` }]),
  },
];
const lineOf = (query: string): string => `Where the ${query} is kept`;

describe('a picture of every format', () => {
  let person: Person;
  const files = new Map<string, FileView>();
  const store = async (name: string, bytes: Uint8Array): Promise<void> => {
    const { id } = await uploadBytes(person, name, Uint8Array.from(bytes));
    files.set(name, await untilSettled(person, id, 280_000));
  };

  beforeAll(async () => {
    person = await newPerson();
    await Promise.all([
      ...FIXTURES.map(async ({ name, query, make }) => store(name, await make(lineOf(query)))),
      store('meadow.png', await drawScene(400, 300).png().toBuffer()),
      store('wall.png', makePictureBomb(17_000)),
    ]);
  }, 300_000);

  it.each(FIXTURES)('$name is found with the box on page $page where it is written', async ({ name, query, page }) => {
    expect(files.get(name)).toMatchObject({ status: 'READY', error: null });
    const { results } = await person.request<SearchAnswer>('POST', '/search', { query, mode: 'keyword' });
    expect(results[0]).toMatchObject({ filename: name, location: { page, boxes: [expect.anything()] } });
    expect(results[0]?.text).toBe(lineOf(query));
    const location = results[0]?.location;
    const box = location && 'boxes' in location ? location.boxes?.[0] : undefined;
    // In the lower half, from the margin on, as the picture is shown.
    expect(box?.y).toBeGreaterThan(0.5);
    expect((box?.y ?? 1) + (box?.height ?? 1)).toBeLessThan(0.95);
    expect(box?.x).toBeCloseTo(60 / SIZE.width, 1);
    expect(box?.width).toBeGreaterThan(0.25);
    expect(results[0]?.preview).toBe(`/files/${files.get(name)?.id}/preview?page=${page}`);
  });

  it('keeps the order of pages in a mixed PDF', async () => {
    const { pages } = await person.request<{ pages: { number: number; text: string }[] }>(
      'GET',
      `/files/${files.get('mixed.pdf')?.id}/text`,
    );
    expect(pages.map(({ text }) => text.replaceAll('\n', ' '))).toEqual([TOLD, lineOf('ballast'), `${TOLD} The end.`]);
  });

  it('without words is READY without passages, and says so', () => {
    expect(files.get('meadow.png')).toMatchObject({
      status: 'READY',
      progress: { chunks: 0 },
      warnings: expect.arrayContaining(['No text was found in the picture.']),
    });
  });

  it('of more than 50 megapixels is refused before it is decoded', () => {
    expect(files.get('wall.png')).toMatchObject({
      status: 'FAILED',
      error: { code: 'IMAGE_TOO_LARGE', message: expect.stringContaining('17000 × 17000') },
    });
  });

  it('of the kind that no free decoder reads is refused, naming those that are read', async () => {
    const heic = Buffer.concat([
      Buffer.from([0, 0, 0, 24]),
      Buffer.from('ftypheic\0\0\0\0mif1heic'),
      Buffer.alloc(200),
    ]);
    await expect(uploadBytes(person, 'phone.heic', Uint8Array.from(heic))).rejects.toThrow(/UNSUPPORTED_TYPE/);
  });
});
