import { describe, expect, it } from 'vitest';
import { readBytes } from '../testing/read-bytes.ts';
import { rtf } from './rtf.ts';
import { isEncapsulated, rtfToHtml } from './rtf-to-html.ts';

async function textOf(inside: string | Buffer): Promise<string | undefined> {
  const source = typeof inside === 'string' ? Buffer.from(`{\\rtf1\\ansi\\ansicpg1252 ${inside}}`, 'latin1') : inside;
  return (await readBytes(rtf, source)).pages[0]?.text;
}

describe('what a reader does not see', () => {
  it.each([
    ['deleted text', String.raw`\pard The fee is {\deleted\revauthdel1 9000}{\revised\revauth1 4500} crowns.\par`],
    ['deleted text without a group', String.raw`The fee is \deleted 9000\deleted0 4500 crowns.`],
    ['hidden text', String.raw`The fee is {\v secret {\b words}}4500\v  more\plain  crowns.`],
    ['index entries', String.raw`The fee{\xe\v Fee, the} is 4500 {\tc Contents}crowns.`],
    ['what shapes are like', String.raw`The fee is {\shp{\*\shpinst\shpleft1{\sp{\sn fHidden}{\sv 0}}}}4500 crowns.`],
    ['pictures', String.raw`The fee is {\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0102}}4500 crowns.`],
    ['destinations of others', String.raw`The fee is {\*\unknown gone {\b too}}4500 crowns.`],
    ['objects', String.raw`The fee is {\object\objemb{\*\objclass Word}{\*\objdata 0105}{\result 4500}} crowns.`],
    ['the same in two ways', String.raw`The fee is {\upr{45??}{\*\ud{4500}}} crowns.`],
  ])('is left out: %s', async (_, inside) => {
    expect(await textOf(inside)).toBe('The fee is 4500 crowns.');
  });

  it('joins paragraphs whose end was deleted', async () => {
    expect(await textOf(String.raw`\pard One{\deleted\par}\pard  line\par`)).toBe('One line');
  });
});

describe('letters', () => {
  const fonts = String.raw`{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204{\*\fname Times;}Times CYR;}{\f2\fcharset128 MS Gothic;}{\f3\fcharset134 SimSun;}{\f4 Arial CE;}{\f5\fcharset2 Symbol;}}`;

  it.each([
    ['of a font', String.raw`{\f1\'cf\'f0\'e8}`, 'При'],
    ['of a font without a charset', String.raw`{\f4\'9elut\'fd}`, 'žlutý'],
    ['of two bytes', String.raw`{\f2\'93\'fa\'96\'7b} {\f3\'d6\'d0\'b9\'fa}`, '日本 中国'],
    ['whose second byte is written as it is', String.raw`{\f2\'83A\'83\\}`, 'アソ'],
    ['by their number', String.raw`\u8364?5 \u-10179\'3f\u-8704\'3f`, '€5 😀'],
    ['with longer and no fallbacks', String.raw`{\uc2\u26085\'93\'fa\uc0\u26412}x`, '日本x'],
    ['with a fallback that is a symbol', String.raw`a\u8209\_b\u8211\endash c`, 'a‑b–c'],
    ['of symbols', String.raw`{\f5\'b7\'f0}\tab item`, '•\titem'],
    ['after \\plain', String.raw`{\f1 \plain caf\'e9}`, 'café'],
  ])('are read %s', async (_, inside, text) => {
    expect(await textOf(fonts + inside)).toBe(text);
  });

  it('are read by the default font, the code page, and as they stand in the file', async () => {
    expect(await textOf(Buffer.from(String.raw`{\rtf1\ansi\deff1{\fonttbl{\f1\fcharset204 A;}}\'cf\'f0\'e8}`))).toBe(
      'При',
    );
    expect(await textOf(Buffer.from(String.raw`{\rtf1\mac caf\'8e}`))).toBe('café');
    expect(await textOf(Buffer.from(String.raw`{\rtf1\ansi\ansicpg932 \'93\'fa}`))).toBe('日');
    expect(await textOf(Buffer.from('{\\rtf1\\ansi\\ansicpg1251 \xcf\xf0\xe8}', 'latin1'))).toBe('При');
    expect(
      await textOf(
        Buffer.from(String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset0 A;}}\'cf\'f0\'e8, {caf\'e9}}`),
      ),
    ).toBe('При, café');
    expect(await textOf(Buffer.from(String.raw`{\rtf1\ansi\ansicpg1200 plain \'e9}`))).toBe('plain é');
    expect(await textOf(Buffer.from(String.raw`{\rtf1\ansi\ansicpg932 a\'a0\'93\'fa}`))).toBe('a 日');
    expect(await textOf(Buffer.from('{\\rtf1\\ansi Möwe}'))).toBe('Möwe');
  });
});

it('reads text boxes after the paragraph, formulas and numbers of lists in it', async () => {
  const source = String.raw`\pard Box here{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard In the box\par}}{\shprslt{\*\do{\dptxbxtext In the box}}}} and on\par
{\listtext\pard\plain 1.\tab}First {\mmath{\*\moMath{\mr F=ma}{\mnary{\mnaryPr{\mchr x}{\mlimLoc undOvr}}}}}\par
{\*\do\dobxpage{\dptxbx{\dptxbxtext Old box}}}\par`;
  expect(await textOf(source)).toBe('Box here and on\n\nIn the box\n\n1.\tFirst F=ma\n\nOld box');
});

it('reads a table inside a cell', async () => {
  const source = String.raw`\trowd\intbl a\cell \itap2 x\nestcell y\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}\itap1 b\cell\row\pard end\par`;
  expect(await textOf(source)).toBe('a | x | y b\n\nend');
});

it('says when there are only pictures', async () => {
  const { pages, warnings } = await readBytes(rtf, String.raw`{\rtf1 {\pict\pngblip 89504e47}\par}`);
  expect(pages[0]?.text).toBe('');
  expect(warnings).toEqual([expect.stringContaining('only pictures')]);
});

it('bears a font for each letter and groups that never end', async () => {
  const source = String.raw`{\fonttbl${String.raw`{\f1\fcharset128 x;}`.repeat(50_000)}}${String.raw`{\upr{`.repeat(100_000)}`;
  expect(await textOf(source)).toBe('');
});

it('finds the page inside', () => {
  const source = String.raw`{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset0 B;}}
{\*\htmltag19 <html>}{\*\htmltag34 <style>p\{\}</style>}{\*\htmltag50 <body>}\htmlrtf {\f1\htmlrtf0 {\*\htmltag64 <p class="x">}\htmlrtf {\par}\htmlrtf0
caf\'e9 {\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 1{\*\htmltag116 <br>\par}\htmlrtf \line\htmlrtf0 {\f0\'cf\'f0\'e8}{\*\mhtmltag84 no}{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0}`;
  expect(isEncapsulated(source)).toBe('html');
  expect(rtfToHtml(source)).toBe('<html><style>p{}</style><body><p class="x">café &lt;1<br>\r\nПри</p>');
});
