import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { code } from './code/code.ts';
import { csv } from './csv/csv.ts';
import { detectDelimiter } from './csv/detect-delimiter.ts';
import { flattenJson } from './json/flatten-json.ts';
import { json } from './json/json.ts';
import { rtf } from './rtf/rtf.ts';
import { readBytes } from './testing/read-bytes.ts';

describe('csv', () => {
  it('finds encoding, delimiter and header, and numbers rows as spreadsheet programs do', async () => {
    const text = 'Städte;Höhe\r\n"Köln";"hoch\n""sehr"""\r\n\r\nBrest;7,5\r\n';
    const { pages } = await readBytes(csv, iconv.encode(text, 'win1252'));
    expect(pages[0]?.text).toBe(
      'Sheet1\n\nStädte | Höhe\nStädte: Köln | Höhe: hoch "sehr"\nStädte: Brest | Höhe: 7,5\n',
    );
    expect(pages[0]?.place).toMatchObject({
      kind: 'sheet',
      sheet: 'Sheet1',
      rows: [{ row: 1 }, { row: 2 }, { row: 4 }],
    });
  });

  it('reads on where quotes do not match', async () => {
    const { pages, warnings } = await readBytes(csv, 'a,b\n"c,d\ne,f\n');
    expect(pages[0]?.text).toBe('Sheet1\n\na | b\na: "c | b: d\na: e | b: f\n');
    expect(warnings).toHaveLength(1);
    expect((await readBytes(csv, '')).pages).toMatchObject([{ text: 'Sheet1\n\n' }]);
  });

  it('tells delimiters apart', () => {
    expect(detectDelimiter('a;b\n1,5;2,5\n1,25;3\n', ',')).toBe(';');
    expect(detectDelimiter('a\tb, c\nd\te, f, g\n', ',')).toBe('\t');
    expect(detectDelimiter('"x;y",b\n"x;z",d\n', ',')).toBe(',');
    expect(detectDelimiter('just words\n', ',')).toBe(',');
    expect(detectDelimiter('sep=|\na|b,c\n', ',')).toBe('|');
  });
});

describe('json', () => {
  it('writes each value behind its path', () => {
    expect(
      flattenJson(
        '{"users": [{"name": "Ada\\n\\u00e9", "id": 12345678901234567890, "tags": ["a", "b", 3]}, {"none": null}], "a b": {"x.y": true}}',
      ),
    ).toBe('users[0].name: Ada\né\nusers[0].id: 12345678901234567890\nusers[0].tags: a, b, 3\na b."x.y": true');
    expect(flattenJson('{"a": 1}\n{"a": 2}\n')).toBe('a: 1\n\na: 2');
    expect(flattenJson('[[1, 2], [], [3]]')).toBe('[0]: 1, 2\n[2]: 3');
    expect(flattenJson('"text"')).toBe('text');
    expect(flattenJson('{}')).toBe('');
  });

  it('does not write a long key before each of thousands of short values', () => {
    const key = 'k'.repeat(390);
    for (const source of [
      `{"${key}":{${'"":1,'.repeat(25_000)}"":"last"}}`,
      `{"${key}":[${'[1],'.repeat(25_000)}["last"]]}`,
      `{"${key}":{${'"a":{"b":1},'.repeat(10_000)}"":"last"}}`,
    ]) {
      const text = flattenJson(source) ?? '';
      expect(text.startsWith(`${key}`)).toBe(true);
      expect(text).toMatch(/\n….{24}: last$/);
      expect(text.length).toBeLessThan(9 * source.length);
    }
  });

  it('writes the whole path of every point on a map', () => {
    const points = Array.from({ length: 5_000 }, (_, index) => `[${index % 10},7]`);
    const text = flattenJson(`{"features":[{"geometry":{"coordinates":[[${points.join(',')}]]}}]}`) ?? '';
    expect(text).not.toContain('…');
    expect(text).toContain('\nfeatures[0].geometry.coordinates[0][4999]: 9, 7');
  });

  it('says what is no JSON, however deep', async () => {
    for (const source of [
      '{',
      '{"a" 1}',
      '[1 2]',
      '[1,]',
      '{"a": 1,}',
      '// x\n{}',
      '{"a": "\\x"}',
      ']',
      '[}',
      '{1: 2}',
    ]) {
      expect(flattenJson(source), source).toBeUndefined();
    }
    expect(flattenJson(`${'['.repeat(200_000)}7${']'.repeat(200_000)}`)).toContain(': 7');
    const { pages, warnings } = await readBytes(json, '// settings\n{"depth": 3}');
    expect(pages[0]?.text).toBe('// settings\n{"depth": 3}');
    expect(warnings).toHaveLength(1);
  });
});

it('keeps source code as it is, and knows its functions and classes', async () => {
  const source =
    'import x\n\n# Opens the valve.\n@logged\ndef open_valve(n):\n\treturn n\n\nclass Pump(Base):\n    async def start(self):\n        pass\n';
  const { pages } = await readBytes(code, source);
  expect(pages[0]?.text).toBe(source);
  expect(pages[0]?.headings).toEqual([
    { offset: source.indexOf('# Opens'), level: 1, title: 'open_valve' },
    { offset: source.indexOf('class'), level: 1, title: 'Pump' },
    { offset: source.indexOf('    async'), level: 2, title: 'start' },
  ]);
  const others = await readBytes(
    code,
    'export const run = async (a: number): Promise<void> => {\n};\nfunc (p *Pump) Stop() {}\npub fn seal<T>() {}\nCREATE TABLE pumps (\n',
  );
  expect(others.pages[0]?.headings.map(({ title }) => title)).toEqual(['run', 'Stop', 'seal', 'pumps']);
});

describe('rtf', () => {
  it('reads paragraphs, headings, tables, notes and letters of every encoding', async () => {
    const source = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset204 Times;}{\f2\fnil\fcharset128 Gothic;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\info{\title Not text}}{\*\generator Word}
{\header\pard Skerry Bay\par}\pard\s1 Pumps\par\pard Caf\'e9 {\b bold} \u8364?5 {\f1\'cf\'f0\'e8}{\f2\'93\'fa\'96\'7b} \{x\}{\footnote\pard Never in winter.}\par
{\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt a link}}{\pict\pngblip 89504e47}\par
\trowd\intbl a\cell b\cell\row\trowd\intbl c\cell d\cell\row\pard end\par}`;
    const { pages } = await readBytes(rtf, source);
    expect(pages[0]?.text).toBe(
      '# Pumps\n\nCafé bold €5 При日本 {x}\n\nNever in winter.\n\na link\na | b\nc | d\n\nend\n\nSkerry Bay',
    );
    expect(pages[0]?.headings).toEqual([{ offset: 0, level: 1, title: 'Pumps' }]);
  });

  it('bears damage', async () => {
    const deep = `{\\rtf1 ${'{'.repeat(100_000)}x${'}'.repeat(50_000)}`;
    expect((await readBytes(rtf, deep)).pages[0]?.text).toBe('x');
    expect((await readBytes(rtf, '{\\rtf1 a}}}\\bin999999999 b')).pages[0]?.text).toBe('a');
    await expect(readBytes(rtf, 'plain')).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
  });
});
