import { expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { xlsx } from './xlsx.ts';

it('shows numbers and texts in the formats of their cells', async () => {
  const cell = (ref: string, style: number, value: string, type = 'n'): { xml: string } => ({
    xml: `<c r="${ref}" s="${style}" t="${type}"><v>${value}</v></c>`,
  });
  const rows = [
    ['Article', 'Price', 'Due', 'Ref'],
    [cell('A2', 3, '12345'), cell('B2', 4, '1234.5'), cell('C2', 5, '46205'), cell('D2', 6, 'x7', 'str')],
  ];
  const formats = ['0000000', '#,##0.00\\ "€"', 'd. mmmm yyyy', '"No. "@'];
  const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows }], { formats }));
  expect(pages[0]?.text).toBe(
    'S\n\nArticle | Price | Due | Ref\nArticle: 0012345 | Price: 1,234.50 € | Due: 2026-07-02 (2. July 2026) | Ref: No. x7\n',
  );
});

it('takes no row of numbers for names, however they are shown', async () => {
  const rows = [
    [{ xml: '<c r="A1" s="3"><v>1</v></c>' }, 'b'],
    ['Name', 'Count'],
    ['x', 2],
  ];
  const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows }], { formats: ['"No. "0'] }));
  expect(pages[0]?.text).toBe('S\n\nNo. 1 | b\nName | Count\nName: x | Count: 2\n');
});

it('undoes the escapes of Excel', async () => {
  const rows = [
    ['one_x000D_\ntwo', 'a_x005F_x000D_b', { xml: '<c r="C1" t="inlineStr"><is><t>c_x0009_d</t></is></c>' }],
  ];
  const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows }]));
  expect(pages[0]?.text).toBe('S\n\none two | a_x000D_b | c d\n');
});

it('tells threads of comments instead of what stands for them', async () => {
  const related = [
    {
      id: 't1',
      type: 'threadedComment',
      target: '../threadedComments/threadedComment1.xml',
      data: '<ThreadedComments><threadedComment ref="A1" id="{1}"><text>Is it checked?</text></threadedComment><threadedComment ref="A1" id="{2}" parentId="{1}"><text>By Ada.</text></threadedComment></ThreadedComments>',
    },
  ];
  const comments = {
    A1: '[Threaded comment]\n\nYour version of Excel …\n\nComment:\n    Is it checked?',
    B1: 'A note',
  };
  const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows: [['a', 'b']], comments, related }]));
  expect(pages[1]?.text).toBe('Comment on A1: Is it checked?\nComment on A1: By Ada.\nComment on B1: A note\n');
});

it('reads text boxes, charts and diagrams of a sheet at their rows, and sheets that are charts', async () => {
  const anchor = (row: number, inner: string): string =>
    `<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>${row - 1}</xdr:row></xdr:from><xdr:to><xdr:row>${row + 9}</xdr:row></xdr:to>${inner}</xdr:twoCellAnchor>`;
  const drawing =
    '<xdr:wsDr>' +
    anchor(7, '<xdr:graphicFrame><a:graphic><c:chart r:id="rId1"/></a:graphic></xdr:graphicFrame>') +
    anchor(
      3,
      '<xdr:sp><xdr:txBody><a:p><a:r><a:t>Read </a:t></a:r><a:r><a:t>me</a:t></a:r></a:p><a:p><a:r><a:t>first</a:t></a:r></a:p></xdr:txBody></xdr:sp>',
    ) +
    '</xdr:wsDr>';
  const chart =
    '<c:chartSpace><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chartSpace>';
  const extra = [
    {
      name: 'xl/drawings/_rels/drawing1.xml.rels',
      data: '<Relationships><Relationship Id="rId1" Type="x/chart" Target="../charts/chart1.xml"/></Relationships>',
    },
    { name: 'xl/charts/chart1.xml', data: chart },
  ];
  const related = [{ id: 'd1', type: 'drawing', target: '../drawings/drawing1.xml', data: drawing }];
  const { pages } = await readBytes(xlsx, makeXlsx([{ name: 'S', rows: [['a', 'b']], related }], { extra }));
  expect(pages.map(({ text }) => text)).toEqual(['S\n\na | b\n', 'Read me\nfirst\nCatch\n']);
  expect(pages[1]?.place).toMatchObject({ sheet: 'S', rows: [{ row: 3 }, { row: 7 }] });
});
