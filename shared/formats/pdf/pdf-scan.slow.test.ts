import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { placeSpan } from '#shared/domain/page-place.ts';
import {
  FIRST_OBJECT,
  makePdfPage,
  numberedFont,
  numberedText,
  pdfLine,
  pdfStream,
} from '#testing/documents/make-pdf-page.ts';
import { drawScene, drawText } from '#testing/documents/make-picture.ts';
import { makeScannedPdf } from '#testing/documents/make-scanned-pdf.ts';
import { readDocument } from '#testing/read-document.ts';

const PDF = 'application/pdf';
const LINES = ['', '', '', 'The sluice gate sticks', 'in a hard frost.'];
const TEXT = LINES.join('\n').trim();

describe('scanned pages', { timeout: 120_000 }, () => {
  it('are read where they stand between pages of text, with the place of each word', async () => {
    const told = 'The pump house was built in 1911, and the engine that drives it is older than that by twenty years.';
    const { pages, warnings } = await readDocument(
      await makeScannedPdf([{ text: told }, { scan: drawText(LINES) }, {}, { text: 'The end.' }]),
      PDF,
    );
    expect(pages.map(({ text }) => text)).toEqual([told, TEXT, '', 'The end.']);
    expect(warnings).toEqual([]);
    const [first, scanned, empty] = pages;
    expect(first?.place).toEqual({
      kind: 'page',
      boxes: [expect.objectContaining({ offset: 0, length: told.length })],
    });
    expect([empty?.place, first?.picture, empty?.picture]).toEqual([undefined, undefined, undefined]);
    expect(scanned?.picture).toMatchObject({ contentType: 'image/webp', width: 512 });
    const start = TEXT.indexOf('sluice');
    const place = scanned?.place && placeSpan(scanned.place, 2, start, start + 'sluice'.length);
    expect(place).toEqual({ page: 2, boxes: [expect.objectContaining({ width: expect.any(Number) })] });
    const box = place && 'boxes' in place ? place.boxes?.[0] : undefined;
    // The fourth of five lines, the second word.
    expect([box?.x, box?.y].map((value) => Math.round((value ?? 0) * 10) / 10)).toEqual([0.1, 0.6]);
  });

  it('are read although a program stamped them', async () => {
    const { pages } = await readDocument(
      await makeScannedPdf([{ scan: drawText(LINES, { height: 600 }), text: 'Scanned by Lens' }]),
      PDF,
    );
    expect(pages[0]?.text).toContain(TEXT);
    expect(pages[0]?.place).toMatchObject({ kind: 'picture' });
  });

  it('keep what programs typed on them, with its place', async () => {
    const { pages } = await readDocument(
      await makeScannedPdf([{ scan: drawText(LINES, { height: 900 }), text: 'ACME000123' }]),
      PDF,
    );
    expect(pages[0]?.text).toBe(`ACME000123\n\n${TEXT}`);
    const place = pages[0]?.place && placeSpan(pages[0].place, 1, 0, 'ACME000123'.length);
    const box = place && 'boxes' in place ? place.boxes?.[0] : undefined;
    expect(box?.y).toBeLessThan(0.15);
  });

  it('of 600 dpi are read within the memory there is, in colour as in black and white', async () => {
    const [width, height] = [4_960, 7_016];
    const lines = ['', '', '', '', 'The sluice gate sticks', 'in a hard frost, and only then.'];
    const text = lines.join('\n').trim();
    const scan = drawText(lines, { width, height, fontSize: 100 });
    const { pages, warnings } = await readDocument(
      await makeScannedPdf([
        { scan, pixelsPerInch: 600 },
        { scan, pixelsPerInch: 600, oneBit: true },
      ]),
      PDF,
    );
    expect(warnings).toEqual([]);
    expect(pages.map((page) => page.text)).toEqual([text, text]);
    for (const { number, place } of pages) {
      const found = place && placeSpan(place, number, 0, 'The sluice gate sticks'.length);
      const box = found && 'boxes' in found ? found.boxes?.[0] : undefined;
      // In the fifth line of 100 pixels and 40 of space between, from the margin on.
      expect((box?.x ?? 0) * width).toBeCloseTo(60, -2);
      expect((box?.y ?? 0) * height).toBeCloseTo(60 + 4 * 140, -2);
    }
  });

  it('say so where they show no words, or more pixels than memory holds', async () => {
    const blank = sharp({ create: { width: 6_000, height: 4_000, channels: 3, background: 'black' } });
    // Of colours as printers have them, which are not made smaller.
    const scan = blank.toColourspace('cmyk');
    const { pages, warnings } = await readDocument(await makeScannedPdf([{ scan: drawScene() }, { scan }]), PDF);
    expect(pages.map(({ text }) => text)).toEqual(['', '']);
    expect(warnings).toEqual([
      'No text was found in the picture on page 1.',
      expect.stringMatching(/^A picture on page 2 was skipped: it has more than 18 million pixels\./),
    ]);
  });
});

describe('pages of text', { timeout: 120_000 }, () => {
  const line = 'The pump house was built in 1911, and the engine that drives it is older than that.';

  it('are read with the text in their pictures, where these stand', async () => {
    const shot = await drawText(['Error 4711: the sluice', 'does not answer'], { width: 900, height: 260 })
      .jpeg()
      .toBuffer();
    const picture =
      '/Type/XObject/Subtype/Image/Width 900/Height 260/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode';
    const above = [780, 765, 750].map((y) => pdfLine(line, 60, y)).join('');
    const below = [500, 485, 470].map((y) => pdfLine(line, 60, y)).join('');
    const { pages, warnings } = await readDocument(
      makePdfPage({
        content: `${above}q 450 0 0 130 60 560 cm /Shot Do Q\n${below}`,
        resources: `/XObject<</Shot ${FIRST_OBJECT} 0 R>>`,
        objects: [pdfStream(shot, picture)],
      }),
      PDF,
    );
    expect(warnings).toEqual([]);
    const three = [line, line, line].join('\n');
    const read = 'Error 4711: the sluice\ndoes not answer';
    expect(pages[0]?.text).toBe(`${three}\n\n${read}\n\n${three}`);
    const [page] = pages;
    const start = page?.text.indexOf('Error') ?? 0;
    const place = page?.place && placeSpan(page.place, 1, start, start + 5);
    const box = place && 'boxes' in place ? place.boxes?.[0] : undefined;
    // From 690 points down to 560, of 842.
    expect(box?.y).toBeGreaterThan(0.18);
    expect(box?.y).toBeLessThan(0.27);
    expect(page?.place && placeSpan(page.place, 1, 0, 10)).toEqual({ page: 1 });
  });

  it('are read as they look where their font does not tell its characters', async () => {
    const told = await readDocument(
      makePdfPage({
        content:
          numberedText('The warehouse keeps nine barrels', 60, 700) +
          numberedText('and the clerk counts them.', 60, 680),
        ...numberedFont(),
      }),
      PDF,
    );
    expect(told).toMatchObject({
      pages: [{ text: 'The warehouse keeps nine barrels\nand the clerk counts them.' }],
      warnings: [],
    });
    const text = [780, 765, 750, 735].map((y) => pdfLine(line, 60, y)).join('');
    const mixed = await readDocument(
      makePdfPage({ content: text + numberedText('Chapter of barrels', 60, 700), ...numberedFont() }),
      PDF,
    );
    expect(mixed.pages[0]?.text).toBe(`${[line, line, line, line].join('\n')}\n\nChapter of barrels`);
  });

  it('say so where that font cannot be read', async () => {
    const file = makePdfPage({ content: numberedText('Nine barrels of lamp oil', 60, 700), ...numberedFont() });
    expect(await readDocument(file, PDF, null)).toMatchObject({
      pages: [{ text: '' }],
      warnings: ['Text on page 1 was not read: its font does not tell which characters it shows.'],
    });
  });
});
