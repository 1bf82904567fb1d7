import { expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeOdf } from '#testing/documents/make-odf.ts';
import { ods } from './ods.ts';
import { odt } from './odt.ts';

const p = (text: string): string => `<text:p>${text}</text:p>`;
const object = (number: number): string =>
  `<draw:frame><draw:object xlink:href="./Object ${number}"/><draw:image xlink:href="./ObjectReplacements/Object ${number}"/></draw:frame>`;
const cellOf = (text: string): string => `<table:table-cell>${p(text)}</table:table-cell>`;
const extra = [
  {
    name: 'Object 1/content.xml',
    data:
      `<office:document-content><chart:chart><chart:title>${p('Catch')}</chart:title><table:table><table:table-header-rows><table:table-row>${cellOf('')}${cellOf('Cod')}</table:table-row></table:table-header-rows>` +
      `<table:table-row>${cellOf('May')}${cellOf('3.5')}</table:table-row></table:table></chart:chart></office:document-content>`,
  },
  {
    name: 'Object 2/content.xml',
    data: '<math><semantics><mrow><mi>F</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><msup><mi>v</mi><mn>2</mn></msup></mrow><annotation encoding="StarMath 5.0">F = 1 over 2 v^2</annotation></semantics></math>',
  },
  { name: 'ObjectReplacements/Object 1', data: 'VCLMTF' },
];

it('shows numbers with what their formats add, and without what only their countries do', async () => {
  const number = (value: string, shown: string, type = 'float'): string =>
    `<table:table-cell office:value-type="${type}" office:value="${value}">${p(shown)}</table:table-cell>`;
  const row =
    number('12345', '0012345') +
    number('7000.5', '7.000,5') +
    number('0.1525', '15,25 %', 'percentage') +
    number('2.456', '2,46');
  const sheet = `<table:table table:name="S"><table:table-row>${row}</table:table-row></table:table>`;
  const { pages } = await readBytes(ods, makeOdf('spreadsheet', sheet));
  expect(pages[0]?.text).toBe('S\n\n0012345 | 7000.5 | 15,25 % | 2,46\n');
});

it('tells what is drawn on a sheet beside its rows', async () => {
  const sheet =
    `<table:table table:name="S"><table:shapes><draw:custom-shape>${p('Above all')}</draw:custom-shape></table:shapes>` +
    `<table:table-row>${cellOf('a')}${cellOf('b')}</table:table-row><table:table-row><table:table-cell>${p('c')}${object(1)}</table:table-cell></table:table-row></table:table>`;
  const { pages, warnings } = await readBytes(ods, makeOdf('spreadsheet', sheet, { extra }));
  expect(pages.map(({ text }) => text)).toEqual(['S\n\na | b\na: c\n', 'Above all\nCatch\nCod\nMay | 3.5\n']);
  expect(warnings).toEqual([]);
});

it('reads formulas in their lines and charts below their paragraphs', async () => {
  const body = p(`Drag ${object(2)} in newtons.${object(1)}`) + p('End');
  const { pages, warnings } = await readBytes(odt, makeOdf('text', body, { extra }));
  expect(pages[0]?.text).toBe('Drag F=½v² in newtons.\n\nCatch\nCod\nMay | 3.5\n\nEnd');
  expect(warnings).toEqual([]);
});

it('marks the items of lists as their styles say', async () => {
  const level = (number: number, format: string, more = ''): string =>
    `<text:list-level-style-number text:level="${number}" style:num-format="${format}" ${more}/>`;
  const styles =
    `<text:list-style style:name="L">${level(1, '1', 'style:num-suffix="." text:start-value="6"')}${level(2, 'a', 'style:num-prefix="(" style:num-suffix=")"')}${level(3, 'i', 'text:display-levels="3"')}</text:list-style>` +
    '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>';
  const item = (inner: string, more = ''): string => `<text:list-item ${more}>${inner}</text:list-item>`;
  const list = (inner: string, more = ''): string => `<text:list ${more}>${inner}</text:list>`;
  const body =
    list(
      item(p('Deposit') + list(item(p('Paid')) + item(p('Returned') + list(item(p('Late'))))) + p('More')) +
        item(p('Insurance')),
      'text:style-name="L"',
    ) +
    p('Between') +
    list(item(p('On')), 'text:style-name="L" text:continue-numbering="true"') +
    list(item(p('Again')) + item(p('Given'), 'text:start-value="20"'), 'text:style-name="L"') +
    list(item(p('Bullet')), 'text:style-name="B"');
  const { pages } = await readBytes(odt, makeOdf('text', styles + body));
  expect(pages[0]?.text.split('\n')).toEqual([
    '6. Deposit',
    '  (a) Paid',
    '  (b) Returned',
    '    6.b.i Late',
    '  More',
    '7. Insurance',
    '',
    'Between',
    '8. On',
    '6. Again',
    '20. Given',
    '- Bullet',
  ]);
});

it('numbers headings as the outline of the document says', async () => {
  const level = (number: number, format: string, shown: number): string =>
    `<text:outline-level-style text:level="${number}" style:num-format="${format}" text:display-levels="${shown}"/>`;
  const outline = `<text:outline-style style:name="Outline">${level(1, '1', 1)}${level(2, '1', 2)}${level(3, '', 1)}</text:outline-style>`;
  const h = (number: number, text: string): string => `<text:h text:outline-level="${number}">${text}</text:h>`;
  const body =
    outline + h(1, 'Rent') + h(2, 'When') + h(2, 'Where') + h(3, 'plain') + h(1, 'End') + h(2, 'Notice') + h(9, 'deep');
  const { pages } = await readBytes(odt, makeOdf('text', body));
  expect(pages[0]?.headings.map(({ title }) => title)).toEqual([
    '1 Rent',
    '1.1 When',
    '1.2 Where',
    'plain',
    '2 End',
    '2.1 Notice',
    'deep',
  ]);
});
