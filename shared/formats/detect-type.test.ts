import { describe, expect, it } from 'vitest';
import { garbage } from '#testing/documents/damage.ts';
import { makeDocx, makeEncryptedDocx } from '#testing/documents/make-docx.ts';
import { makeEpub } from '#testing/documents/make-epub.ts';
import { makeOdf } from '#testing/documents/make-odf.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { assertReadableName, detectType, isSupportedName } from './detect-type.ts';

const XLSX = makeXlsx([{ name: 'S', rows: [['a']] }]);
const PPTX = makePptx([{ title: 'a' }]);
const ODT = makeOdf('text', '<text:p>a</text:p>');
const EPUB = makeEpub('a', ['<p>b</p>']);
const PDF = makePdf({ pages: ['Hello'] });
const DOCX = makeDocx({ paragraphs: ['Hello'] });
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c489'.replace(' ', ''), 'hex');
const HEIC = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
const EXE = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), Buffer.alloc(500)]);

async function detect(filename: string, head: Buffer | string, declaredContentType?: string): Promise<string> {
  return (await detectType({ filename, head: Buffer.from(head), declaredContentType })).formatId;
}

describe('detectType', () => {
  it.each([
    ['a.pdf', PDF, 'pdf'],
    ['a.PDF', Buffer.concat([Buffer.from('junk first\n'), PDF]), 'pdf'],
    ['a.docx', DOCX, 'docx'],
    ['a.docx', DOCX.subarray(0, 100), 'docx'],
    ['a.docx', makeEncryptedDocx(), 'docx'],
    ['a.md', '# Title', 'markdown'],
    ['a.htm', '<p>Title', 'html'],
    ['a.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['a.srt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n', 'srt'],
    ['a.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n', 'vtt'],
    ['a.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', 'ics'],
    ['a.txt', 'BM is no bitmap, and MZ no program.', 'text'],
    ['a.txt', Buffer.from('Grüße', 'utf16le'), 'text'],
    ['a.txt', Buffer.from('caf\xe9 cr\xe8me', 'latin1'), 'text'],
    ['a.log', '\x1b[31mred\x1b[0m\n', 'text'],
    ['a.txt', 'One\0NUL, one form feed\fand the end mark of DOS\x1a', 'text'],
    ['README', 'No extension at all', 'text'],
    ['scan', PDF, 'pdf'],
    ['a.png', PNG, 'png'],
    ['a.jpg', PNG, 'png'],
    ['photo', PNG, 'png'],
    ['a.bmp', Buffer.alloc(300, 'BM\x01\x02\x00\xff', 'latin1'), 'bmp'],
    ['a.xlsx', XLSX, 'xlsx'],
    ['a.pptx', PPTX, 'pptx'],
    ['a.xlsx', makeEncryptedDocx(), 'xlsx'],
    ['a.odt', ODT, 'odt'],
    ['a.ods', makeOdf('spreadsheet', ''), 'ods'],
    ['a.odp', makeOdf('presentation', ''), 'odp'],
    ['a.epub', EPUB, 'epub'],
    ['a.rtf', '{\\rtf1\\ansi Hello}', 'rtf'],
    ['a.csv', 'a;b\n1;2', 'csv'],
    ['a.json', '{"a": 1}', 'json'],
    ['a.ts', 'const a = 1;', 'code'],
    ['book', EPUB, 'epub'],
    ['deck', PPTX, 'pptx'],
  ])('takes %s', async (name, head, format) => {
    expect(await detect(name, head)).toBe(format);
  });

  it('answers the canonical content type', async () => {
    expect(
      await detectType({ filename: 'x.markdown', head: Buffer.from('x'), declaredContentType: 'text/plain' }),
    ).toEqual({
      contentType: 'text/markdown',
      formatId: 'markdown',
    });
  });

  it.each([
    ['a.pdf', EXE],
    ['a.docx', PNG],
    ['a.docx', PDF],
    ['a.pdf', DOCX],
    ['a.pdf', 'Just some words in a text file.'],
    ['a.txt', PDF],
    ['a.svg', PNG],
    ['a.ics', garbage(4096)],
    ['a.txt', EXE],
    ['a.txt', Buffer.from('\x7fELF\x02\x01\x01\0short', 'latin1')],
    ['a.txt', Buffer.from('ab\x01\x02\x03cd\x04', 'latin1')],
    ['a.txt', '{\\rtf1\\ansi Hello}'],
    ['a.md', garbage(4096)],
    ['a.html', Buffer.alloc(4096)],
    ['a.txt', PNG],
    ['a.xlsx', DOCX],
    ['a.docx', XLSX],
    ['a.xlsx', PPTX],
    ['a.odt', EPUB],
    ['a.ods', ODT],
    ['a.epub', DOCX],
    ['a.rtf', 'plain words'],
    ['a.csv', XLSX],
    ['a.ts', Buffer.concat([Buffer.from('G@'), garbage(4096)])],
  ])('refuses what is not %s', async (name, head) => {
    await expect(detect(name, head)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });

  it('leaves damaged files of no known kind to extraction', async () => {
    expect(await detect('a.pdf', garbage(4096))).toBe('pdf');
    expect(await detect('a.docx', garbage(4096))).toBe('docx');
    expect(await detect('a.docx', makeZip([{ name: 'x.bin', data: garbage(99) }]))).toBe('docx');
  });

  it.each([
    ['a.exe', EXE],
    ['a.exe', makeZip([{ name: 'x', data: 'y' }])],
  ])('does not support %s', async (name, head) => {
    const failure = await detect(name, head).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNSUPPORTED_TYPE' });
    expect(String(failure)).toContain('.docx');
  });

  it('says what to do about pictures that nobody may decode', async () => {
    for (const [name, head] of [
      ['a.heic', Buffer.from('whatever')] as const,
      ['a.jpg', HEIC] as const,
      ['photo', HEIC] as const,
    ]) {
      await expect(detect(name, head)).rejects.toMatchObject({
        code: 'UNSUPPORTED_TYPE',
        message: expect.stringContaining('Save the picture as JPEG or PNG'),
      });
    }
  });

  it('goes by the declared type where the name says nothing, and never trusts it', async () => {
    expect(await detect('Report v1.2', PDF, 'application/pdf')).toBe('pdf');
    expect(await detect('notes.weird', 'words', 'text/x-weird; charset=utf-8')).toBe('text');
    await expect(detect('Report', EXE, 'application/pdf')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
    await expect(detect('a.txt', PDF, 'application/pdf')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });
});

it('stores what kind of text a file is', async () => {
  const typeOf = async (filename: string) => (await detectType({ filename, head: Buffer.from('a b') })).contentType;
  expect(await Promise.all(['a.tsv', 'a.csv', 'a.py', 'a.jsonl'].map(typeOf))).toEqual([
    'text/tab-separated-values',
    'text/csv',
    'text/x-python',
    'application/x-ndjson',
  ]);
});

it.each([
  ['a.xls', '.xlsx'],
  ['a.DOC', '.docx'],
  ['a.ppt', '.pptx'],
])('says what to save %s as', (name, instead) => {
  expect(() => assertReadableName(name)).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining(`Save the file as ${instead}`),
    }),
  );
});

describe('isSupportedName', () => {
  it('knows before the bytes are there', () => {
    expect(
      ['a.pdf', 'B.DOCX', 'c.md', 'README', 'Minutes 12.03', '.profile'].every((name) => isSupportedName(name)),
    ).toBe(true);
    expect(['a.exe', 'a.7z', 'a.heic', 'a.pdf.exe'].some((name) => isSupportedName(name))).toBe(false);
    expect(isSupportedName('a.exe', 'application/octet-stream')).toBe(false);
    expect(isSupportedName('a.weird', 'text/markdown')).toBe(true);
    expect(() => assertReadableName('a.exe')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_TYPE' }));
  });
});
