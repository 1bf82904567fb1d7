import { readdir, readFile } from 'node:fs/promises';
import { makeDocx } from './make-docx.ts';
import { makeEpub } from './make-epub.ts';
import { makeEml } from './make-mail.ts';
import { makeMsg } from './make-msg.ts';
import { makeOdf, odpSlide, odsSheet } from './make-odf.ts';
import { makePdf } from './make-pdf.ts';
import { makePdfForm } from './make-pdf-form.ts';
import { drawText } from './make-picture.ts';
import { makePptx } from './make-pptx.ts';
import { makeTnef } from './make-tnef.ts';
import { makeXlsx } from './make-xlsx.ts';
import { makeZip } from './make-zip.ts';

export interface NamedBytes {
  filename: string;
  bytes: Buffer;
}

const SOUNDS = new URL('../sound/fixtures/', import.meta.url);
const ROWS = [
  ['Buoy', 'Colour'],
  ['Quernmore', 'vermilion'],
];
const SENTENCES = Array.from({ length: 60 }, (_, index) => `Sentence ${index} says that the tide turns at ${index}.`);

/** A small file of each format that can be read, as programs write them. */
export async function goodFiles(): Promise<NamedBytes[]> {
  const page = drawText(['The quick brown fox', 'jumps over the lazy dog.'], { width: 600 });
  const docx = makeDocx({ paragraphs: ['# Report', ...SENTENCES], table: ROWS });
  const text = Buffer.from(SENTENCES.join('\n'));
  const body = `<text:p>${SENTENCES.join('</text:p><text:p>')}</text:p>`;
  const files: Record<string, Buffer> = {
    'good.pdf': makePdf({ pages: 5 }),
    'form.pdf': makePdfForm(),
    'good.docx': docx,
    'good.xlsx': makeXlsx([{ name: 'Buoys', rows: ROWS }]),
    'good.pptx': makePptx([{ title: 'Tides', paragraphs: SENTENCES.slice(0, 5), notes: 'Speak up.' }]),
    'good.odt': makeOdf('text', body),
    'good.ods': makeOdf('spreadsheet', odsSheet('Buoys', ROWS)),
    'good.odp': makeOdf('presentation', odpSlide('Tides', SENTENCES.slice(0, 5), 'Speak up.')),
    'good.epub': makeEpub('Tides', [`<h1>Tides</h1><p>${SENTENCES.join(' ')}</p>`]),
    'good.rtf': Buffer.from(String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard ${SENTENCES.join('\\par ')}\par}`),
    'good.html': Buffer.from(`<h1>Tides</h1><p>${SENTENCES.join('</p><p>')}</p>`),
    'good.svg': Buffer.from(`<svg><title>Tides</title><text>${SENTENCES.join('</text><text>')}</text></svg>`),
    'good.ics': Buffer.from(
      `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Tides\r\nDESCRIPTION:${SENTENCES.join('\\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    ),
    'good.srt': Buffer.from(
      SENTENCES.map(
        (sentence, index) => `${index + 1}\n00:00:${10 + index},000 --> 00:00:${11 + index},000\n${sentence}\n`,
      ).join('\n'),
    ),
    'good.csv': Buffer.from(ROWS.map((row) => row.join(',')).join('\r\n')),
    'good.json': Buffer.from(JSON.stringify({ tides: SENTENCES })),
    'good.txt': text,
    'good.png': await page.clone().png().toBuffer(),
    'good.jpg': await page.clone().jpeg().toBuffer(),
    'good.tif': await page.clone().tiff().toBuffer(),
    'good.zip': makeZip([{ name: 'letters/one.txt', data: text }]),
    'good.eml': makeEml({
      subject: 'Tides',
      text: SENTENCES.join('\n'),
      attachments: [{ filename: 'report.docx', contentType: 'application/octet-stream', data: docx }],
    }),
    'good-winmail.eml': makeEml({
      subject: 'Tides',
      attachments: [
        {
          filename: 'winmail.dat',
          contentType: 'application/ms-tnef',
          data: makeTnef({ body: text, attachments: [{ title: 'tides.txt', data: text }] }),
        },
      ],
    }),
    'good.msg': makeMsg({ subject: 'Tides', body: SENTENCES.join('\n') }),
  };
  const sounds = (await readdir(SOUNDS)).filter((name) => /\.(mp3|flac|ogg)$/.test(name));
  for (const name of sounds) files[name] = await readFile(new URL(name, SOUNDS));
  return Object.entries(files).map(([filename, bytes]) => ({ filename, bytes }));
}
