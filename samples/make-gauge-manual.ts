import {
  AlignmentType,
  Document,
  FootnoteReferenceRun,
  HeadingLevel,
  LevelFormat,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';

const STEPS = 'steps';

/** The service manual of the tide gauge, as a Word document with headings, lists, a table and footnotes. */
export function makeGaugeManual(): Promise<Buffer> {
  return Packer.toBuffer(
    new Document({
      title: 'Tide Gauge Service Manual',
      creator: 'Skerry Bay Field Station',
      description: 'Made by samples/make-samples.ts',
      numbering: {
        config: [
          {
            reference: STEPS,
            levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.', alignment: AlignmentType.START }],
          },
        ],
      },
      footnotes: {
        1: note('The storm of 9 January 2019 moved the gauge hut. Heights before that day are 4 millimetres too high.'),
        2: note('Copper kills the larvae of barnacles. A plastic mesh was tried in 2006 and grew shut in five weeks.'),
      },
      sections: [
        {
          children: [
            new Paragraph({ heading: HeadingLevel.TITLE, children: [new TextRun('Tide Gauge Service Manual')] }),
            text(
              'The gauge at Skerry Bay is a float in a stilling well, read by an encoder that counts half millimetres. A radar sensor above the well has measured the same water since 2011 and stands by as a reserve. This manual is for the technician, and for whoever stands in when the technician is away.',
            ),
            heading('How it works'),
            text(
              'The well is a steel pipe, 60 centimetres wide, that reaches 3 metres below the lowest tide. Water enters through a hole of 38 millimetres near its foot, which is small enough to hold the waves outside and large enough to let the tide in. The float hangs on a perforated steel tape; the tape turns a wheel; the wheel turns the encoder.',
            ),
            new Paragraph({
              children: [
                new TextRun(
                  'All heights refer to the brass benchmark in the rock beside the hut, which lies 4.217 metres above chart datum.',
                ),
                new FootnoteReferenceRun(1),
              ],
            }),
            heading('Monthly service'),
            text(
              'Choose an hour around low water and allow ninety minutes. Tell the data steward before you begin and after you end, so that the gap is marked in the record.',
            ),
            step('Write the encoder reading and the time into the log.'),
            step(
              'Lift the float, rinse it and look for scratches and growth. A float that has taken in water is heavier than 2.9 kilograms and must be replaced.',
            ),
            step('Scrub the wall of the well with the long brush, from the top down.'),
            new Paragraph({
              numbering: { reference: STEPS, level: 0 },
              children: [
                new TextRun(
                  'Clear the inlet hole with the hooked rod, and check that the copper mesh over it is whole.',
                ),
                new FootnoteReferenceRun(2),
              ],
            }),
            step('Lower the float, wait ten minutes and compare the encoder with the tape at three readings.'),
            heading('Tolerances'),
            text(
              'Compare what you measure with the table. A value beyond the limit is not corrected by hand: stop, switch the record to the radar sensor and call the manager.',
            ),
            table([
              ['Quantity', 'Expected', 'Limit', 'What to do beyond it'],
              ['Encoder against tape', '0 mm', '3 mm', 'Replace the tape clamp'],
              ['Gauge against radar', '0 mm', '12 mm', 'Level both against the benchmark'],
              ['Clock', '0 s', '20 s', 'Renew the battery of the receiver'],
              ['Battery voltage', '12.8 V', '11.9 V', 'Exchange the battery within a day'],
              ['Lag of the well', '40 s', '75 s', 'Clear the inlet hole'],
            ]),
            heading('When the gauge stops'),
            text(
              'The logger raises an alarm when three readings in a row are missing. Most often the tape has jumped off its wheel, which happens in easterly gales. Open the hut, lift the tape back with the wooden fork, and never with bare hands, because the counterweight of 5 kilograms falls freely once the tape slips.',
            ),
            text(
              'If the logger itself is dead, pull its blue memory card and put in the spare from the drawer marked L. The card holds fourteen months of readings, so nothing that was measured is lost while it lies in your pocket.',
            ),
          ],
        },
      ],
    }),
  );
}

function heading(title: string): Paragraph {
  return new Paragraph({ heading: HeadingLevel.HEADING_1, children: [new TextRun(title)] });
}

function text(content: string): Paragraph {
  return new Paragraph({ children: [new TextRun(content)] });
}

function step(content: string): Paragraph {
  return new Paragraph({ numbering: { reference: STEPS, level: 0 }, children: [new TextRun(content)] });
}

function note(content: string): { children: Paragraph[] } {
  return { children: [text(content)] };
}

function table(rows: string[][]): Table {
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: rows.map(
      (cells, index) =>
        new TableRow({
          tableHeader: index === 0,
          children: cells.map((cell) => new TableCell({ children: [text(cell)] })),
        }),
    ),
  });
}
