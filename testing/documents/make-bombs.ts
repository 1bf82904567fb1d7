import { makeDocx } from './make-docx.ts';
import { OFFICE_BOMBS } from './make-office-bombs.ts';
import { makePdf } from './make-pdf.ts';
import { makeFlateBomb } from './make-pdf-bomb.ts';
import { makeAttachmentBomb, makeNotesBomb } from './make-pdf-form.ts';
import { makePictureBomb } from './make-picture-bomb.ts';
import { PLAIN_BOMBS } from './make-plain-bombs.ts';
import { makeZip } from './make-zip.ts';
import { repeatDeflated } from './repeat-deflated.ts';

const MEGABYTE = 1024 * 1024;

export interface Bomb {
  filename: string;
  /** How it has to end: a code, or READY for what is only long. */
  ends: readonly string[];
  /** Takes seconds at most, to be made and to be refused. */
  cheap: boolean;
  make(): Buffer;
}

/** Small files that are meant to bring down whoever opens them. */
export const BOMBS: readonly Bomb[] = [
  { filename: 'bomb-100-mb.docx', ends: ['ARCHIVE_LIMIT', 'RESOURCE_LIMIT'], cheap: true, make: () => docxOf(100) },
  { filename: 'bomb-1200-mb.docx', ends: ['ARCHIVE_LIMIT'], cheap: true, make: () => docxOf(1_200) },
  {
    filename: 'bomb-10-gb.pdf',
    ends: ['RESOURCE_LIMIT', 'PARSE_TIMEOUT', 'DAMAGED_FILE'],
    cheap: false,
    make: () => makeFlateBomb(10_240),
  },
  { filename: 'bomb-17000x17000.png', ends: ['IMAGE_TOO_LARGE'], cheap: true, make: () => makePictureBomb(17_000) },
  { filename: 'bomb-nested.zip', ends: ['ARCHIVE_LIMIT'], cheap: true, make: nestedZip },
  { filename: 'bomb-billion-laughs.docx', ends: ['XML_UNSAFE'], cheap: true, make: billionLaughs },
  { filename: 'bomb-nested.html', ends: ['READY'], cheap: true, make: () => Buffer.from('<div>'.repeat(400_000)) },
  { filename: 'bomb-nested.eml', ends: ['READY'], cheap: true, make: nestedMail },
  {
    filename: 'bomb-nested.rtf',
    ends: ['READY'],
    cheap: true,
    make: () => Buffer.from(`{\\rtf1 ${'{\\upr{\\*\\ud\\deleted'.repeat(100_000)}`),
  },
  { filename: 'bomb-nested.svg', ends: ['READY'], cheap: true, make: () => Buffer.from('<svg><g>'.repeat(200_000)) },
  ...OFFICE_BOMBS,
  ...PLAIN_BOMBS,
  {
    filename: 'bomb-attached-2-gb.pdf',
    ends: ['RESOURCE_LIMIT', 'READY'],
    cheap: true,
    make: () => makeAttachmentBomb(2_048),
  },
  { filename: 'bomb-notes.pdf', ends: ['RESOURCE_LIMIT', 'READY'], cheap: true, make: () => makeNotesBomb(50_000) },
  { filename: 'bomb-10000-pages.pdf', ends: ['READY'], cheap: false, make: () => makePdf({ pages: 10_000 }) },
];

/** A Word document whose main part inflates to so many megabytes of empty paragraphs. */
function docxOf(megabytes: number): Buffer {
  const paragraph = '<w:p></w:p>';
  const block = Buffer.from(paragraph.repeat(Math.floor(MEGABYTE / paragraph.length)));
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  const main = repeatDeflated(block, megabytes, {
    first: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${namespace}"><w:body>`,
    last: '</w:body></w:document>',
  });
  return makeDocx({ main });
}

/** Sixteen archives in each archive, five times over, and 100 MB in each of the innermost: 100 TB. */
function nestedZip(): Buffer {
  const zeros = repeatDeflated(Buffer.alloc(MEGABYTE), 100);
  let archive = makeZip([{ name: 'zeros.txt', data: zeros }]);
  for (let level = 5; level > 0; level--) {
    const inner = archive;
    archive = makeZip(Array.from({ length: 16 }, (_, index) => ({ name: `level${level}-${index}.zip`, data: inner })));
  }
  return archive;
}

/** A thousand parts in each other, all of them in the outermost, and a list of recipients that never ends. */
function nestedMail(): Buffer {
  const open = Array.from({ length: 1_000 }, (_, level) => {
    return `Content-Type: multipart/alternative; boundary="b${level}x"\r\n\r\n--b${level}x\r\n`;
  });
  const parts = '--b0x\r\n\r\n=?utf-8?q?'.repeat(50_000);
  return Buffer.from(`To: ${':'.repeat(2_000_000)}\r\nSubject: Parts\r\n${open.join('')}${parts}`);
}

/** Each entity is ten of the one before. */
function billionLaughs(): Buffer {
  const entities = Array.from({ length: 9 }, (_, index) => {
    const before = index === 0 ? 'lol' : `&lol${index};`;
    return `<!ENTITY lol${index + 1} "${before.repeat(10)}">`;
  });
  return makeDocx({
    prolog: `<!DOCTYPE w:document [${entities.join('')}]>`,
    bodyXml: '<w:p><w:r><w:t>&lol9;</w:t></w:r></w:p>',
  });
}
