import { describe, expect, it } from 'vitest';
import type { Box } from '#shared/domain/location.ts';
import { placeSpan } from '#shared/domain/page-place.ts';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeDrawnPdf, show } from '#testing/documents/make-drawn-pdf.ts';
import { pdf } from './pdf.ts';

async function textOf(operators: readonly string[]): Promise<string> {
  const { pages } = await readBytes(pdf, makeDrawnPdf({ pages: [operators.join('\n')] }));
  return pages[0]?.text ?? '';
}

const XS = [60, 100, 260, 330];
const TOP = 700;

/** Rows 20 points high; the lines of a cell stand 12 apart. */
function cells(rows: readonly (readonly string[])[], height = 20): string[] {
  return rows.flatMap((row, r) =>
    row.flatMap((cell, c) =>
      cell
        .split('\n')
        .flatMap((line, at) => (line === '' ? [] : [show(line, (XS[c] ?? 0) + 3, TOP - 14 - r * height - 12 * at)])),
    ),
  );
}

function strokes(rows: number, height = 20, columns = 3): string[] {
  const [left, right] = [XS[0] ?? 0, XS[columns] ?? 0];
  const across = Array.from(
    { length: rows + 1 },
    (_, r) => `${left} ${TOP - r * height} m ${right} ${TOP - r * height} l S`,
  );
  return [...across, ...XS.slice(0, columns + 1).map((x) => `${x} ${TOP} m ${x} ${TOP - rows * height} l S`)];
}

function boxes(rows: number, height = 20): string[] {
  return Array.from({ length: rows }, (_, r) => r).flatMap((r) =>
    XS.slice(1).map((x, c) => `0.9 g ${XS[c]} ${TOP - (r + 1) * height} ${x - (XS[c] ?? 0)} ${height} re f 0 g`),
  );
}

describe('tables with lines', () => {
  const rows = [
    ['No', 'Part', 'Count'],
    ['1', 'Pump', '20'],
    ['2', 'Gasket', ''],
    ['3', '', '7'],
  ];
  const text = 'No | Part | Count\n1 | Pump | 20\n2 | Gasket\n3 |  | 7';

  it('are rows of their cells, empty ones too, between what stands above and below', async () => {
    const operators = [show('Above it.', 60, 740), ...strokes(4), ...cells(rows), show('Below it.', 60, 590)];
    expect(await textOf(operators)).toBe(`Above it.\n\n${text}\n\nBelow it.`);
  });

  it.each([
    ['by filled boxes', boxes(4)],
    [
      'by thin boxes',
      XS.map((x) => `${x} ${TOP - 80} 0.5 80 re f`).concat(
        [0, 1, 2, 3, 4].map((r) => `60 ${TOP - 20 * r} 270 0.5 re f`),
      ),
    ],
    ['without an outer frame', strokes(4).filter((line) => !/^(60|330) 700|^60 (700|620)/.test(line))],
    [
      'in a form of its own scale',
      ['q 0.5 0 0 0.5 0 0 cm', ...strokes(4).map((line) => line.replace(/[\d.]+/g, (n) => String(Number(n) * 2))), 'Q'],
    ],
    ['under the head and around alone', [...strokes(4)].filter((line) => !/^60 (660|640)/.test(line))],
  ])('are told %s', async (_how, lines) => {
    expect(await textOf([...lines, ...cells(rows)])).toBe(text);
  });

  it('keep a cell of several lines whole, with words divided at a line’s end', async () => {
    const wrapped = [
      ['No', 'Part', 'Count'],
      ['1', 'A pump for the water of the desalin-\nation plant', '20'],
      ['2', 'Gasket', '1'],
    ];
    expect(await textOf([...strokes(3, 36), ...cells(wrapped, 36)])).toBe(
      'No | Part | Count\n1 | A pump for the water of the desalination plant | 20\n2 | Gasket | 1',
    );
  });

  it('write a cell over several columns or rows once, in the first', async () => {
    const spanning = [
      ['Dock', 'Tons a month in the winter', ''],
      ['North', '10', '20'],
      ['', '30', '40'],
    ];
    const lines = strokes(3).filter((line) => !line.startsWith('260 700') && !line.startsWith('60 660'));
    const rest = [`260 680 m 260 640 l S`, `100 660 m 330 660 l S`];
    expect(await textOf([...lines, ...rest, ...cells(spanning)])).toBe(
      'Dock | Tons a month in the winter\nNorth | 10 | 20\n | 30 | 40',
    );
  });

  it('part what the library runs together over a line', async () => {
    const close = [`BT /F1 10 Tf 1 0 0 1 210 ${TOP - 14} Tm (1,250.00) Tj ET`, show('Shelf', 252, TOP - 14)];
    const second = [
      show('A', 63, TOP - 14),
      show('B', 63, TOP - 34),
      show('2.00', 230, TOP - 34),
      show('Box', 252, TOP - 34),
    ];
    const lines = [
      '60 700 m 330 700 l S 60 680 m 330 680 l S 60 660 m 330 660 l S',
      '60 700 m 60 660 l S 100 700 m 100 660 l S 250 700 m 250 660 l S 330 700 m 330 660 l S',
    ];
    expect(await textOf([...lines, ...close, ...second])).toBe('A | 1,250.00 | Shelf\nB | 2.00 | Box');
  });

  it('are none where a frame holds text, or a chart labels', async () => {
    const framed = ['60 700 270 80 re S', show('One line of text', 70, 680), show('and another one.', 70, 668)];
    expect(await textOf(framed)).toBe('One line of text\nand another one.');
    const chart = [...strokes(4), show('A', 70, 690), show('B', 110, 668), show('C', 270, 650), show('D', 70, 630)];
    expect(await textOf(chart)).not.toContain('|');
  });
});

describe('places', () => {
  const rows = [
    ['No', 'Part', 'Count'],
    ['1', 'Pump', '20'],
    ['2', 'Gasket', '7'],
  ];
  const operators = [show('A line above.', 60, 740), ...strokes(3), ...cells(rows)];

  async function boxesOf(page: string, word: string): Promise<Box[]> {
    const { pages } = await readBytes(pdf, makeDrawnPdf({ pages: [operators.join('\n')], page }));
    const { place, text } = pages[0] ?? { text: '' };
    const start = text.indexOf(word);
    const location = place && placeSpan(place, 1, start, start + word.length);
    return location && 'boxes' in location ? (location.boxes ?? []) : [];
  }

  it('are those of rows and paragraphs, in fractions of the page from its top', async () => {
    // The row's text stands from 63 to some 280 points, its baseline 666 from the bottom of 842.
    const [row, ...others] = await boxesOf('', 'Gasket');
    expect(others).toEqual([]);
    expect(row?.x).toBeCloseTo(63 / 595, 2);
    expect((row?.x ?? 0) + (row?.width ?? 0)).toBeCloseTo(268 / 595, 2);
    expect(row?.y).toBeCloseTo((842 - 646 - 10) / 842, 2);
    expect(row?.height).toBeCloseTo(12.5 / 842, 3);
    expect(await boxesOf('', 'above')).toMatchObject([{ y: expect.closeTo((842 - 750) / 842, 3) }]);
  });

  it('are those of the page as it is shown, where it is turned', async () => {
    const [row] = await boxesOf('/Rotate 90', 'Gasket');
    // A quarter clockwise: the bottom is on the left.
    expect(row?.y).toBeCloseTo(63 / 595, 2);
    expect(row?.x).toBeCloseTo((646 - 2.5) / 842, 2);
    expect(row?.width).toBeCloseTo(12.5 / 842, 3);
  });
});

describe('tables without lines', () => {
  it('keep numbers in their columns', async () => {
    const numbers = (values: readonly string[], y: number): string[] =>
      values.flatMap((value, at) => (value === '' ? [] : [show(value, 300 + 80 * at - 5 * value.length, y)]));
    const operators = [
      ...numbers(['2024', '2023'], 700),
      ...[
        ['Revenue', '12450', '11980'],
        ['Cost of sales', '7210', ''],
        ['Other income', '', '35'],
        ['Result for the year', '5240', '4985'],
      ].flatMap(([label = '', ...values], r) => [show(label, 60, 686 - 14 * r), ...numbers(values, 686 - 14 * r)]),
    ];
    expect(await textOf(operators)).toBe(
      ' | 2024 | 2023\nRevenue | 12450 | 11980\nCost of sales | 7210\nOther income |  | 35\nResult for the year | 5240 | 4985',
    );
  });

  it.each([
    ['at the top', 0],
    ['in the middle', 6],
  ])('keep a cell of several lines whole, its neighbours %s', async (_where, down) => {
    const row = (top: number, no: string, lines: readonly string[], count: string): string[] => [
      show(no, 60, top - (lines.length > 1 ? down : 0)),
      ...lines.map((line, at) => show(line, 100, top - 12 * at)),
      show(count, 330, top - (lines.length > 1 ? down : 0)),
    ];
    const operators = [
      ...row(700, 'No', ['Part'], 'Count'),
      ...row(680, '1', ['A pump for the water of the whole', 'plant on the northern quay'], '20'),
      ...row(648, '2', ['Gasket'], '7'),
      ...row(628, '3', ['A hose for the fire pumps of the', 'harbour and of the ships in it'], '4'),
    ];
    expect(await textOf(operators)).toBe(
      'No | Part | Count\n1 | A pump for the water of the whole plant on the northern quay | 20\n2 | Gasket | 7\n' +
        '3 | A hose for the fire pumps of the harbour and of the ships in it | 4',
    );
  });

  it('are rows also where they are drawn column by column', async () => {
    const columns = [
      ['06/22/2015', '06/30/2015', '07/01/2015', '07/02/2015'],
      ['Maxim Integrated Product', 'McGraw-Hill Education', 'DS Services of America', 'Safeway of California'],
    ];
    const operators = columns.flatMap((column, c) => column.map((cell, r) => show(cell, 60 + 200 * c, 700 - 14 * r)));
    expect((await textOf(operators)).split('\n')).toEqual(columns[0]?.map((date, r) => `${date} | ${columns[1]?.[r]}`));
  });

  it('leave out the dots that lead to a number, and put a currency to it', async () => {
    const rows = ['Pumps ..............', 'Hoses ..............', 'Lamps ..............'];
    const operators = rows.flatMap((label, r) => [
      show(label, 60, 700 - 14 * r),
      ...(r === 0 ? [show('$', 250, 700)] : []),
      show(String(100 + r), 290, 700 - 14 * r),
    ]);
    expect(await textOf(operators)).toBe('Pumps | $ 100\nHoses | 101\nLamps | 102');
  });
});

describe('columns drawn row by row', () => {
  const texts = [
    [
      'The committee reviewed',
      'annual report of the harbour',
      'and found that the northern',
      'pier had lost its lamps and',
    ],
    ['approved the budget for', 'coming year, which pays for', 'new lamps and a second crane', 'at the fish market.'],
    [
      'The next meeting is in',
      'boathouse after the regatta,',
      'and guests are welcome, as',
      'long as they bring chairs.',
    ],
  ];

  it.each([2, 3])('are read one after the other: %i', async (count) => {
    const own = texts.slice(0, count);
    const operators = [0, 1, 2, 3].flatMap((line) =>
      own.map((column, c) => show(column[line] ?? '', 60 + 170 * c, 700 - 13 * line)),
    );
    const expected = own.map((column) => column.join('\n')).join('\n\n');
    expect(await textOf(operators)).toBe(expected);
    const wide = 'A sentence that runs over all of the columns of the page and tells of them what they are about.';
    const between = [show(wide, 60, 740), show(wide, 60, 727), ...operators, show(wide, 60, 620), show(wide, 60, 607)];
    expect(await textOf(between)).toContain(expected);
  });
});
