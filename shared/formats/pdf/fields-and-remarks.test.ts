import { describe, expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { FIRST_OBJECT, makePdfPage, type PdfPageParts, pdfLine, pdfStream } from '#testing/documents/make-pdf-page.ts';
import { pdf } from './pdf.ts';

async function textOf(parts: PdfPageParts): Promise<string> {
  const { pages, warnings } = await readBytes(pdf, makePdfPage(parts));
  expect(warnings).toEqual([]);
  return pages[0]?.text ?? '';
}

const form = { catalog: '/AcroForm<</Fields[]/DA(/Helv 11 Tf)>>' };
const field = (rect: string, rest: string): string => `/Subtype/Widget/Rect[${rect}]/F 4${rest}`;
/** The face of an annotation: text in Helvetica. */
const face = (text: string): Buffer =>
  pdfStream(
    `BT /F1 11 Tf 2 4 Td (${text}) Tj ET`,
    '/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>',
  );
const FACE = `/AP<</N ${FIRST_OBJECT} 0 R>>`;

describe('fields of forms', () => {
  it('are read beside their labels, without a face of their own', async () => {
    const text = await textOf({
      ...form,
      content: [
        pdfLine('Applicant:', 72, 700),
        pdfLine('Berth:', 72, 670),
        pdfLine('Size', 72, 640),
        pdfLine('Insured', 90, 610),
        pdfLine('Alarmed', 90, 590),
      ].join(''),
      annotations: [
        field('150 695 400 712', '/FT/Tx/T(a)/V(Gudrun Halvorsen)'),
        field('150 665 400 682', '/FT/Ch/Ff 131072/T(b)/Opt[[(N)(Berth North)][(Z)(Berth Zulu)]]/V(Z)'),
        field('150 635 400 652', '/FT/Tx/T(c)/V<FEFF0047007200F600DF0065>'),
        field('72 608 84 620', '/FT/Btn/T(d)/V/Yes/AS/Yes/AP<</N<</Yes null/Off null>>>>'),
        field('72 588 84 600', '/FT/Btn/T(e)/V/Off/AS/Off/AP<</N<</Yes null/Off null>>>>'),
      ],
    });
    expect(text).toContain('Applicant: | Gudrun Halvorsen\nBerth: | Berth Zulu\nSize | Größe');
    expect(text).toContain('[x] Insured');
    expect(text).toContain('[ ] Alarmed');
  });

  it('are read once where the page itself shows them, and with the face that they have', async () => {
    const text = await textOf({
      ...form,
      content: pdfLine('Name:', 72, 700) + pdfLine('Gudrun Halvorsen', 152, 700) + pdfLine('Rent:', 72, 670),
      objects: [face('1,450.00 kr')],
      annotations: [
        field('150 695 400 712', '/FT/Tx/T(a)/V(Gudrun Halvorsen)'),
        field('150 665 400 682', `/FT/Tx/T(b)/V(1450)${FACE}`),
      ],
    });
    expect(text).toBe('Name: | Gudrun Halvorsen\nRent: | 1,450.00 kr');
  });

  it('are not read where nobody sees them', async () => {
    const text = await textOf({
      ...form,
      content: pdfLine('Secret:', 72, 700),
      annotations: [
        field('150 695 400 712', '/FT/Tx/Ff 8192/T(a)/V(hunter2)'),
        '/Subtype/Widget/Rect[150 665 400 682]/F 2/FT/Tx/T(b)/V(hidden)',
        '/Subtype/Widget/Rect[150 665 400 682]/F 32/FT/Tx/T(c)/V(not viewed)',
      ],
    });
    expect(text).toBe('Secret:');
  });

  it('of several lines, and of turned pages, are read where they stand', async () => {
    const text = await textOf({
      ...form,
      page: '/Rotate 90',
      content: `q 0 1 -1 0 595 0 cm ${pdfLine('Remarks:', 72, 500)}${pdfLine('Below', 72, 400)} Q`,
      annotations: [field('83 150 130 400', '/MK<</R 90>>/FT/Tx/Ff 4096/T(a)/V(First line\\nSecond line)')],
    });
    expect(text.split(/\n+/).map((line) => line.replace(/\s+/g, ' '))).toEqual([
      'Remarks: First line',
      'Second line',
      'Below',
    ]);
  });
});

describe('remarks', () => {
  const content =
    pdfLine('Tonnage is 400 in all,', 72, 700) + pdfLine('as was said.', 72, 686) + pdfLine('Rota', 72, 600);
  const quad = '/QuadPoints[72 712 200 712 72 698 200 698]';

  it('stand below the paragraph they are about', async () => {
    const text = await textOf({
      content,
      annotations: [
        `/Subtype/Highlight/Rect[72 698 200 712]/F 4${quad}/Contents(wrong tonnage)`,
        '/Subtype/Text/Rect[300 590 320 610]/F 4/Contents(ask\\rthe welder)',
        '/Subtype/FreeText/Rect[72 500 300 520]/F 4/DA(/Helv 11 Tf)/Contents(replace the winch)',
      ],
    });
    expect(text).toBe(
      'Tonnage is 400 in all,\nas was said.\n\n[Comment] wrong tonnage\n\nRota\n\n[Comment] ask the welder\n\n[Comment] replace the winch',
    );
  });

  it('are read once, and not where they are hidden or say what they mark', async () => {
    const text = await textOf({
      content,
      annotations: [
        `/Subtype/StrikeOut/Rect[72 698 200 712]/F 4${quad}/Contents(obsolete)/Popup ${FIRST_OBJECT + 1} 0 R`,
        `/Subtype/Popup/Rect[300 700 400 760]/Parent ${FIRST_OBJECT} 0 R`,
        `/Subtype/Underline/Rect[72 698 200 712]/F 4${quad}/Contents(Tonnage is 400 in all,)`,
        '/Subtype/Text/Rect[300 590 320 610]/F 2/Contents(hidden)',
        `/Subtype/Text/Rect[72 698 90 712]/F 4/Contents(Accepted set by Ada)/StateModel(Review)/State(Accepted)/IRT ${FIRST_OBJECT} 0 R`,
      ],
    });
    expect(text).toBe('Tonnage is 400 in all,\nas was said.\n\n[Comment] obsolete\n\nRota');
  });

  it('are no remarks where a typewriter or a stamp writes on the page', async () => {
    const text = await textOf({
      content: pdfLine('Name:', 72, 700),
      objects: [face('RECEIVED 12 May')],
      annotations: [
        '/Subtype/FreeText/IT/FreeTextTypewriter/Rect[120 696 300 712]/F 4/DA(/Helv 11 Tf)/Contents(Gudrun)',
        `/Subtype/Stamp/Rect[72 500 272 520]/F 4${FACE}`,
      ],
    });
    expect(text.replace(/\s+/g, ' ')).toBe('Name: Gudrun RECEIVED 12 May');
  });
});

describe('signs of symbol fonts', () => {
  it('are what they show', async () => {
    const text = await textOf({
      content: pdfLine('4', 60, 700, 'F2') + pdfLine('Life jackets', 76, 700) + pdfLine('4 aboard', 76, 686),
      fonts: `/F2 ${FIRST_OBJECT} 0 R`,
      objects: ['<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>'],
    });
    expect(text).toBe('✔ Life jackets\n4 aboard');
  });
});
