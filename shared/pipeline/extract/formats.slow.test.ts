import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import type { Location } from '#shared/domain/location.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import { makeEpub } from '#testing/documents/make-epub.ts';
import { makeEml } from '#testing/documents/make-mail.ts';
import { makeMsg } from '#testing/documents/make-msg.ts';
import { makeOdf, odpSlide, odsSheet } from '#testing/documents/make-odf.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

const FILLER = Array.from({ length: 400 }, (_, index) => [`Station ${index}`, `keeper ${index * 7}`, index * 13]);
const HEADER = ['Station', 'Keeper', 'Depth'];

interface Fixture {
  name: string;
  /** The name of the file inside it that is found. */
  member?: string;
  bytes: Uint8Array<ArrayBuffer> | string;
  /** One word, which the hit has to mark. */
  query: string;
  /** What the first hit says. */
  hit: RegExp;
  location: Location | { charStart: unknown; charEnd: unknown };
}

const plain = (bytes: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
const anySpan = { charStart: expect.any(Number), charEnd: expect.any(Number) };

const FIXTURES: Fixture[] = [
  {
    name: 'depths.xlsx',
    bytes: plain(
      makeXlsx([
        { name: 'Cover', rows: [['Soundings of the year']] },
        { name: 'Soundings', rows: [HEADER, ...FILLER.slice(0, 300), ['Zwartkop reef', 'Ottilie', 41]] },
      ]),
    ),
    query: 'zwartkop',
    hit: /Station: Zwartkop reef \| Keeper: Ottilie \| Depth: 41/,
    location: { sheet: 'Soundings', row: expect.any(Number), lastRow: 302 },
  },
  {
    name: 'list.csv',
    bytes: ['Buoy;Colour', ...FILLER.map(([name]) => `${name};red`), 'Quernmore;vermilion'].join('\r\n'),
    query: 'vermilion',
    hit: /Buoy: Quernmore \| Colour: vermilion/,
    location: { sheet: 'Sheet1', row: expect.any(Number), lastRow: 402 },
  },
  {
    name: 'talk.pptx',
    bytes: plain(
      makePptx([{ title: 'Welcome' }, { title: 'Results', paragraphs: ['x'], notes: 'Mention the albatross.' }]),
    ),
    query: 'albatross',
    hit: /Notes: Mention the albatross/,
    location: { slide: 2 },
  },
  {
    name: 'report.odt',
    bytes: plain(
      makeOdf('text', '<text:h text:outline-level="1">Hull</text:h><text:p>The keelson is cracked.</text:p>'),
    ),
    query: 'keelson',
    hit: /The keelson is cracked/,
    location: anySpan,
  },
  {
    name: 'crew.ods',
    bytes: plain(
      makeOdf(
        'spreadsheet',
        odsSheet('Crew', [
          ['Name', 'Rank'],
          ['Ishmael', 'harpooneer'],
        ]),
      ),
    ),
    query: 'harpooneer',
    hit: /Name: Ishmael \| Rank: harpooneer/,
    location: { sheet: 'Crew', row: 1, lastRow: 2 },
  },
  {
    name: 'course.odp',
    bytes: plain(makeOdf('presentation', odpSlide('One', ['x'], '') + odpSlide('Two', ['The binnacle lamp'], 'n'))),
    query: 'binnacle',
    hit: /The binnacle lamp/,
    location: { slide: 2 },
  },
  {
    name: 'novel.epub',
    bytes: plain(
      makeEpub('The Voyage', [
        '<h1>Loomings</h1><p>A damp November.</p>',
        '<h1>The Carpet Bag</h1><p>Two nights in Nantucket.</p>',
      ]),
    ),
    query: 'nantucket',
    hit: /The Carpet Bag\s+Two nights in Nantucket/,
    location: anySpan,
  },
  {
    name: 'letter.rtf',
    bytes: String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Dear Ada,\par The bowsprit caf\'e9 is closed.\par}`,
    query: 'bowsprit',
    hit: /The bowsprit café is closed/,
    location: anySpan,
  },
  {
    name: 'settings.json',
    bytes: JSON.stringify({ pumps: [{ name: 'bilge' }, { name: 'fire', valve: 'gudgeon' }] }),
    query: 'gudgeon',
    hit: /pumps\[1\]\.valve: gudgeon/,
    location: anySpan,
  },
  {
    name: 'pump.py',
    bytes: 'import os\n\ndef open_seacock(deck):\n    """Lets the seawater in."""\n    return deck\n',
    query: 'seawater',
    hit: /def open_seacock\(deck\):\n {4}"""Lets the seawater in/,
    location: anySpan,
  },
  {
    name: 'plan.pdf',
    bytes: plain(makePdf({ pages: 4 })),
    query: 'marker3x',
    hit: /marker3x/,
    location: { page: 3 },
  },
  {
    name: 'rules.md',
    bytes: '# House rules\n\nNo swimming near the weir.\n\n## Boats\n\nThe coracle is for members.\n',
    query: 'coracle',
    hit: /The coracle is for members/,
    location: anySpan,
  },
  {
    name: 'diary.txt',
    bytes: 'Monday. Rain.\nTuesday. A cormorant on the jetty.\n',
    query: 'cormorant',
    hit: /A cormorant on the jetty/,
    location: anySpan,
  },
  {
    name: 'question.eml',
    bytes: plain(
      makeEml({
        subject: 'The capstan',
        text: 'Who has oiled the windlass?',
        attachments: [{ filename: 'bill.csv', contentType: 'text/csv', data: 'Item,Price\nmarlinspike,12\n' }],
      }),
    ),
    query: 'windlass',
    hit: /The capstan[\s\S]+Who has oiled the windlass/,
    location: anySpan,
  },
  {
    name: 'answer.msg',
    bytes: plain(
      makeMsg({
        subject: 'Re: The capstan',
        body: 'Nobody, but see the picture.',
        attachments: [{ filename: 'log.txt', data: Buffer.from('The fo’c’sle was painted in celadon.') }],
      }),
    ),
    member: 'log.txt',
    query: 'celadon',
    hit: /painted in celadon/,
    location: anySpan,
  },
  {
    name: 'box.zip',
    bytes: plain(makeZip([{ name: 'old/slides.pptx', data: makePptx([{ title: 'One' }, { title: 'A quoin' }]) }])),
    member: 'slides.pptx',
    query: 'quoin',
    hit: /A quoin/,
    location: { slide: 2 },
  },
  {
    name: 'page.html',
    bytes: '<h1>Ropes</h1><p>A bowline never slips.</p>',
    query: 'bowline',
    hit: /A bowline never slips/,
    location: anySpan,
  },
  {
    name: 'harbour.srt',
    bytes: plain(Buffer.from('1\n00:05:25,300 --> 00:06:19,300\nThe barnacle grows on every hull.\n')),
    query: 'barnacle',
    hit: /barnacle grows/,
    location: { startSeconds: 325.3, endSeconds: 379.3 },
  },
  {
    name: 'notes.docx',
    bytes: plain(
      makeDocx({
        paragraphs: ['# Sails'],
        table: [
          ['Sail', 'Area'],
          ['Spinnaker', '90'],
        ],
      }),
    ),
    query: 'spinnaker',
    hit: /Sail \| Area\nSpinnaker \| 90/,
    location: anySpan,
  },
];

describe('a file of every format', () => {
  let person: Person;
  let files: FileView[];
  beforeAll(async () => {
    person = await newPerson();
    const announced = await Promise.all(FIXTURES.map(({ name, bytes }) => uploadBytes(person, name, bytes)));
    files = await Promise.all(announced.map(({ id }) => untilSettled(person, id, 200_000)));
    const members = FIXTURES.flatMap(({ member }, index) => (member ? [files[index]?.id ?? ''] : []));
    for (const id of members) {
      const { items } = await person.request<{ items: FileView[] }>('GET', `/files?parent=${id}`);
      for (const item of items) await untilSettled(person, item.id, 100_000);
    }
  }, 240_000);

  it.each(FIXTURES.map((fixture, index) => ({ ...fixture, index })))(
    '$name is found where it says so',
    async (fixture) => {
      expect(files[fixture.index]).toMatchObject({ status: 'READY', error: null });
      const { results } = await person.request<SearchAnswer>('POST', '/search', { query: fixture.query });
      expect(results[0]).toMatchObject({ filename: fixture.member ?? fixture.name, location: fixture.location });
      expect(results[0]?.text).toMatch(fixture.hit);
      const marked = results[0]?.highlights.map(({ start, end }) => results[0]?.text.slice(start, end).toLowerCase());
      expect(marked).toContain(fixture.query);
    },
  );
});

const corpora = process.env.OMNIRAG_CORPORA;
if (!corpora) console.warn('NOT TESTED: real documents. Set OMNIRAG_CORPORA to the folder that holds documents/.');

describe.skipIf(!corpora)('real and hostile documents', () => {
  it('all end READY or FAILED with a code', async () => {
    const person = await newPerson();
    const paths = ['docx', 'pdf', 'hostile', 'image', 'audio'].flatMap((kind) => {
      const folder = join(corpora ?? '', 'documents', kind);
      return readdirSync(folder).map((name) => join(folder, name));
    });
    const ends: Record<string, string> = {};
    await Promise.all(
      paths.map(async (path) => {
        const name = path.split('/').at(-1) ?? '';
        const { id } = await uploadBytes(person, name, plain(readFileSync(path)));
        const file = await untilSettled(person, id, 280_000);
        ends[name] = file.error?.code ?? file.status;
      }),
    );
    expect(Object.keys(ends).length).toBeGreaterThan(20);
    expect(Object.values(ends).filter((end) => end !== 'READY' && !(end in ERROR_CODES))).toEqual([]);
    expect(ends).toMatchObject({ 'tables.docx': 'READY', 'libreoffice-writer-password.pdf': 'ENCRYPTED_DOCUMENT' });

    const { results } = await person.request<SearchAnswer>('POST', '/search', { query: 'tachyon walks into a bar' });
    expect(results.map(({ filename }) => filename)).toEqual(expect.arrayContaining(['footnotes.docx']));
    const table = await person.request<SearchAnswer>('POST', '/search', { query: 'bottom left' });
    expect(table.results[0]).toMatchObject({
      filename: 'tables.docx',
      text: expect.stringContaining('Top left | Top right\nBottom left | Bottom right'),
    });
  }, 300_000);
});
