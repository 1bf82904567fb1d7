import { expect, it } from 'vitest';
import { readXml } from '../xml/read-xml.ts';
import { withFormulas } from './formulas.ts';

async function written(inner: string): Promise<string> {
  let text = '';
  async function* pieces(): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from(`<a><m:oMath>${inner}</m:oMath></a>`);
  }
  await readXml('x', pieces(), withFormulas({ text: (piece) => (text += piece) }));
  return text;
}

const r = (text: string): string => `<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>${text}</m:t></m:r>`;
const el = (name: string, ...inner: string[]): string => `<m:${name}>${inner.join('')}</m:${name}>`;
const frac = (above: string, below: string): string => el('f', el('num', above), el('den', below));

it.each([
  ['F=½ρv²', r('F=') + frac(r('1'), r('2')) + r('ρ') + el('sSup', el('e', r('v')), el('sup', r('2')))],
  [
    'x=(-b±√(b²-4ac))/2a',
    r('x=') +
      frac(
        r('-b±') +
          el(
            'rad',
            '<m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>',
            el('e', el('sSup', el('e', r('b')), el('sup', r('2'))) + r('-4ac')),
          ),
        r('2a'),
      ),
  ],
  [
    '∑_(i=1)^n x_i',
    el(
      'nary',
      '<m:naryPr><m:chr m:val="∑"/></m:naryPr>',
      el('sub', r('i=1')),
      el('sup', r('n')),
      el('e', el('sSub', el('e', r('x')), el('sub', r('i')))),
    ),
  ],
  ['∫₀¹ x', el('nary', el('sub', r('0')), el('sup', r('1')), el('e', r('x')))],
  [
    '[1 0; 0 1]',
    el(
      'd',
      '<m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>',
      el('e', el('m', el('mr', el('e', r('1')), el('e', r('0'))), el('mr', el('e', r('0')), el('e', r('1'))))),
    ),
  ],
  [
    '(n k)',
    el('d', el('e', `<m:f><m:fPr><m:type m:val="noBar"/></m:fPr>${el('num', r('n'))}${el('den', r('k'))}</m:f>`)),
  ],
  ['sin x', el('func', el('fName', r('sin')), el('e', r('x')))],
  ['lim_(x→0)', el('limLow', el('e', r('lim')), el('lim', r('x→0')))],
  ['∛8', el('rad', el('deg', r('3')), el('e', r('8')))],
  ['H₂O', el('sSub', el('e', r('H')), el('sub', r('2'))) + r('O')],
  ['CO₃²⁻', el('sSubSup', el('e', r('CO')), el('sub', r('3')), el('sup', r('2-')))],
  ['y=1; x=2', el('eqArr', el('e', r('y&amp;=1')), el('e', r('x&amp;=2')))],
  ['x̂', el('acc', el('e', r('x')))],
  ['kept', `${r('kept')}<w:del>${r('gone')}</w:del>`],
])('writes %s', async (line, inner) => {
  expect(await written(inner)).toBe(line);
});

it('reads formulas in each other, however deep', async () => {
  const deep = 20_000;
  expect(await written('<m:d><m:e>'.repeat(deep) + r('x') + '</m:e></m:d>'.repeat(deep))).toMatch(/^\({99,}x\){99,}$/);
  expect((await written('<m:f><m:num>'.repeat(deep) + r('x') + '</m:num></m:f>'.repeat(deep))).length).toBeLessThan(
    5_000,
  );
});
