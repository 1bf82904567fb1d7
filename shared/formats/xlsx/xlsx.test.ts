import { describe, expect, it } from 'vitest';
import { placeSpan } from '#shared/domain/page-place.ts';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeEncryptedDocx } from '#testing/documents/make-docx.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { xlsx } from './xlsx.ts';

describe('xlsx', () => {
  it('names each value by its column, and each row by its number', async () => {
    const { pages } = await readBytes(
      xlsx,
      makeXlsx([
        {
          name: 'Pumps & valves',
          rows: [
            ['Inventory of the station'],
            undefined,
            ['Pump', 'Since', 'Load', 'Spare'],
            ['Northern bilge', { date: 45_356.604_166_666_7 }, { percent: 0.125 }, true],
            [undefined, { date: 45_357 }, { percent: 1 }, { xml: '<c r="D5" t="e"><v>#N/A</v></c>' }],
            [
              'Sum',
              { xml: '<c r="B6"><f>SUM(A1)</f><v>0.30000000000000004</v></c>' },
              { xml: '<c r="C6" t="str"><f>A</f><v>so &lt; so</v></c>' },
              { xml: '<c t="inlineStr"><is><t>in</t><t>line</t></is></c>' },
            ],
          ],
          merges: ['A1:D1', 'A4:A5'],
          comments: { B4: 'Checked\nby Ada' },
        },
        { name: 'Hidden', hidden: true, rows: [['secret', 7]] },
        { name: 'Nothing', rows: [] },
      ]),
    );
    expect(pages.map(({ text }) => text)).toEqual([
      'Pumps & valves\n\nInventory of the station\nPump | Since | Load | Spare\n' +
        'Pump: Northern bilge | Since: 2024-03-05 14:30 (05/03/2024 14:30) | Load: 12.50% | Spare: TRUE\n' +
        'Pump: Northern bilge | Since: 2024-03-06 (06/03/2024 00:00) | Load: 100.00% | Spare: #N/A\n' +
        'Pump: Sum | Since: 0.3 | Load: so < so | Spare: inline\n',
      'Comment on B4: Checked by Ada\n',
      'Hidden\n\nsecret | 7\n',
      'Nothing\n\n',
    ]);
    const place = pages[0]?.place;
    const text = pages[0]?.text ?? '';
    const rowsOf = (from: string, to: string) =>
      place && placeSpan(place, 1, text.indexOf(from), text.indexOf(to) + to.length);
    expect(rowsOf('Inventory', 'station')).toEqual({ sheet: 'Pumps & valves', row: 1 });
    expect(rowsOf('2024-03-05', '12.50%')).toEqual({ sheet: 'Pumps & valves', row: 4 });
    expect(rowsOf('Spare: TRUE', 'Sum')).toEqual({ sheet: 'Pumps & valves', row: 4, lastRow: 6 });
    expect(pages[0]?.headings).toEqual([{ offset: 0, level: 1, title: 'Pumps & valves' }]);
  });

  it('cuts long sheets into pages that keep the names of the columns', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => [`Customer ${index}`, index, 'x'.repeat(20)]);
    const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows: [['Name', 'Number', 'Code'], ...rows] }]));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.every(({ text }) => text.length <= 32 * 1024)).toBe(true);
    expect(pages.at(-1)?.text).toContain(`Name: Customer 2999 | Number: 2999 | Code: ${'x'.repeat(20)}\n`);
    expect(pages.at(-1)?.place).toMatchObject({ kind: 'sheet', sheet: 'S' });
    pages.forEach((page, index) => {
      const before = pages[index - 1];
      expect(page.charOffset).toBe(before ? before.charOffset + before.text.length : 0);
    });
  });

  it('keeps the rows before a damage, and the other sheets', async () => {
    const broken = [['one', 'two'], ['three', 'four'], [{ xml: '<c r="A3"><v>5</broken>' }]] as const;
    const { pages, warnings } = await readBytes(
      xlsx,
      makeXlsx([
        { name: 'Broken', rows: broken },
        { name: 'Whole', rows: [['five', 'six']] },
      ]),
    );
    expect(pages.map(({ text }) => text)).toEqual([
      'Broken\n\none | two\none: three | two: four\n',
      'Whole\n\nfive | six\n',
    ]);
    expect(warnings).toEqual([expect.stringContaining('"Broken"')]);
    await expect(readBytes(xlsx, makeXlsx([{ name: 'Broken', rows: [broken[2]] }]))).rejects.toMatchObject({
      code: 'DAMAGED_FILE',
    });
  });

  it('refuses document types in every part that it reads, entities that grow, and other documents', async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>';
    const rows = [['a']];
    await expect(readBytes(xlsx, makeXlsx([{ name: 'S', rows }], { prolog: laughs }))).rejects.toMatchObject({
      code: 'XML_UNSAFE',
    });
    await expect(
      readBytes(xlsx, makeXlsx([{ name: 'S', rows }], { prolog: '<!DOCTYPE x SYSTEM "file:///etc/passwd">' })),
    ).rejects.toMatchObject({ code: 'XML_UNSAFE' });
    await expect(readBytes(xlsx, makeEncryptedDocx())).rejects.toMatchObject({ code: 'ENCRYPTED_DOCUMENT' });
    await expect(readBytes(xlsx, makePptx([{ title: 'x' }]))).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });

  it('stops at texts that grow by being referred to', async () => {
    const long = 'y'.repeat(30_000);
    const rows = Array.from({ length: 12_000 }, () => [long]);
    const bytes = makeXlsx([{ name: 'S', rows }]);
    expect(bytes.length).toBeLessThan(100_000);
    await expect(readBytes(xlsx, bytes)).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  });
});
