import { readFile } from 'node:fs/promises';
import { escapeXml } from '#testing/documents/escape-xml.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import { makeEpub } from '#testing/documents/make-epub.ts';
import { makeEml } from '#testing/documents/make-mail.ts';
import { makeMsg } from '#testing/documents/make-msg.ts';
import { makeOdf, odpSlide, odsSheet } from '#testing/documents/make-odf.ts';
import { drawText } from '#testing/documents/make-picture.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { HANDBOOK_PAGES } from './handbook-content.ts';

interface Section {
  title: string;
  paragraphs: string[];
  /** Its first row is the head; empty when there is none. */
  table: string[][];
}

/**
 * Twenty files of all kinds, by name: the four sample documents, and sections of the handbook in the other formats. The
 * same bytes each time.
 */
export async function seedFiles(): Promise<Map<string, Buffer>> {
  const sections = readSections();
  const section = (title: string): Section => {
    const found = sections.find((one) => one.title === title);
    if (!found) throw new Error(`The handbook has no section "${title}".`);
    return found;
  };
  const [schedule, budget, callSigns] = [
    section('Maintenance schedule').table,
    section('Budget and supplies').table,
    section('Who to ask').table,
  ];
  const emergencies = ['Fire', 'Person overboard', 'Storm surge', 'Injury and illness'].map(section);
  const ashore = section('When to stay ashore');
  const claims = asText(section('Claiming costs'));

  return new Map<string, Buffer>([
    ['field-station-handbook.pdf', await sample('field-station-handbook.pdf')],
    ['tide-gauge-service-manual.docx', await sample('tide-gauge-service-manual.docx')],
    ['visiting-researchers.md', await sample('visiting-researchers.md')],
    ['station-log-november.txt', await sample('station-log-november.txt')],
    ['budget.xlsx', makeXlsx([{ name: 'Budget', rows: budget.map((row) => row.map(asCell)) }])],
    ['emergencies.pptx', makePptx(emergencies)],
    ['boats-and-field-work.odt', makeOdf('text', asElements(section('Boats and field work'), 'text:h', 'text:p'))],
    [
      'staying-ashore.odp',
      makeOdf(
        'presentation',
        odpSlide(ashore.title, ashore.paragraphs, 'Ask the skipper before you open the boathouse.'),
      ),
    ],
    ['maintenance-schedule.ods', makeOdf('spreadsheet', odsSheet('Schedule', schedule))],
    ['power-and-water.epub', makeEpub('Power and water', ['Power', 'Drinking water'].map(section).map(asHtml))],
    ['birds.rtf', Buffer.from(asRtf(section('Birds')))],
    ['supply-vessel.html', Buffer.from(asHtml(section('The supply vessel')))],
    [
      'maintenance-schedule.csv',
      Buffer.from(schedule.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n')),
    ],
    ['call-signs.json', Buffer.from(JSON.stringify({ callSigns: asObjects(callSigns) }, null, 2))],
    ['mean-sea-level.ts', Buffer.from(CODE)],
    [
      'storm-warning.eml',
      makeEml({
        subject: 'Storm warning: when to stay ashore',
        text: asText(ashore),
        attachments: [
          {
            filename: 'walking-rules.docx',
            contentType: 'application/octet-stream',
            data: makeDocx({ paragraphs: ['# On foot', ...section('Working on foot').paragraphs] }),
          },
        ],
      }),
    ],
    ['claiming-costs.msg', makeMsg({ subject: 'How to claim costs', body: claims })],
    ['notice-board.png', await drawText(NOTICES, { width: 700 }).png().toBuffer()],
    ['fog-signal.mp3', await readFile(new URL('../testing/sound/fixtures/tone.mp3', import.meta.url))],
    [
      'letters.zip',
      makeZip([
        { name: 'letters/spare-parts.txt', data: asText(section('Spare parts')) },
        { name: 'letters/waste-water.html', data: asHtml(section('Waste water')) },
      ]),
    ],
  ]);
}

const CODE = `/** Heights of the sea in metres above chart datum, one every six minutes. */
export function meanSeaLevel(heights: readonly number[]): number {
  if (heights.length === 0) throw new RangeError('no height was measured');
  return heights.reduce((sum, height) => sum + height, 0) / heights.length;
}
`;

const NOTICES = [
  'Kitchen duty this week',
  'Monday: Ingrid',
  'Tuesday: Tomás',
  'The kettle descaler',
  'is under the sink.',
];

function sample(name: string): Promise<Buffer> {
  return readFile(new URL(name, import.meta.url));
}

/** The handbook by headings of both sizes. */
function readSections(): Section[] {
  const sections: Section[] = [];
  for (const block of HANDBOOK_PAGES.flat()) {
    if (block.kind === 'heading' || block.kind === 'subheading') {
      sections.push({ title: block.text, paragraphs: [], table: [] });
    }
    const section = sections.at(-1);
    if (block.kind === 'paragraph') section?.paragraphs.push(block.text);
    if (block.kind === 'list') section?.paragraphs.push(...block.items);
    if (block.kind === 'table') section?.table.push(...block.rows);
  }
  return sections;
}

const asCell = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);
const asText = ({ title, paragraphs }: Section): string => [title, ...paragraphs].join('\n\n');
const asHtml = (section: Section): string => asElements(section, 'h1', 'p');
const asRtf = ({ title, paragraphs }: Section): string =>
  String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard ${[title, ...paragraphs].join('\\par ')}\par}`;

function asElements({ title, paragraphs }: Section, heading: string, paragraph: string): string {
  const texts = paragraphs.map((text) => `<${paragraph}>${escapeXml(text)}</${paragraph}>`);
  return `<${heading}>${escapeXml(title)}</${heading}>${texts.join('')}`;
}

function asObjects([head = [], ...rows]: string[][]): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(head.map((name, column) => [name, row[column] ?? ''])));
}
