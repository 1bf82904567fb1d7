import {
  concatTransformationMatrix,
  drawObject,
  PDFDocument,
  popGraphicsState,
  pushGraphicsState,
  StandardFonts,
} from 'pdf-lib';
import type { Sharp } from 'sharp';

const PIXELS_PER_INCH = 200;
const POINTS_PER_INCH = 72;
const MARGIN = 40;

/** What a page shows: a picture that fills it, text of the file's own, or both; nothing for an empty page. */
export interface PdfPage {
  scan?: Sharp;
  /** Of the scan; 200 when left out. */
  pixelsPerInch?: number;
  /** Black and white, as fax machines and scanners for text have it, and not as a JPEG. */
  oneBit?: boolean;
  text?: string;
}

/** A PDF of pages as scanners and the programs that join their output make them. */
export async function makeScannedPdf(pages: readonly PdfPage[]): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const { scan, text, pixelsPerInch = PIXELS_PER_INCH, oneBit = false } of pages) {
    const picture = scan && (await embed(document, scan, oneBit));
    const pointsEach = POINTS_PER_INCH / pixelsPerInch;
    const [width, height] = picture ? [picture.width * pointsEach, picture.height * pointsEach] : [595, 842];
    const page = document.addPage([width, height]);
    if (picture) {
      const name = page.node.newXObject('Scan', picture.ref);
      page.pushOperators(
        pushGraphicsState(),
        concatTransformationMatrix(width, 0, 0, height, 0, 0),
        drawObject(name),
        popGraphicsState(),
      );
    }
    if (text) page.drawText(text, { x: MARGIN, y: height - MARGIN, size: 11, font });
  }
  return Uint8Array.from(await document.save());
}

async function embed(document: PDFDocument, scan: Sharp, oneBit: boolean) {
  if (!oneBit) return document.embedJpg(await scan.clone().jpeg({ quality: 85 }).toBuffer());
  const { data, info } = await scan.clone().greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const rowBytes = Math.ceil(width / 8);
  const bits = Buffer.alloc(rowBytes * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = y * rowBytes + (x >> 3);
      if ((data[at++] ?? 0) >= 128) bits[byte] = (bits[byte] ?? 0) | (128 >> (x & 7));
    }
  }
  const image = { Type: 'XObject', Subtype: 'Image', BitsPerComponent: 1, ColorSpace: 'DeviceGray' };
  const ref = document.context.register(document.context.flateStream(bits, { ...image, Width: width, Height: height }));
  return { ref, width, height };
}
