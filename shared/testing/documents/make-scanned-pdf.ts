import { PDFDocument, StandardFonts } from 'pdf-lib';
import type { Sharp } from 'sharp';

const PIXELS_PER_INCH = 200;
const POINTS_PER_INCH = 72;
const MARGIN = 40;

/** What a page shows: a picture that fills it, text of the file's own, or both; nothing for an empty page. */
export interface PdfPage {
  scan?: Sharp;
  text?: string;
}

/** A PDF of pages as scanners and the programs that join their output make them. Pictures are taken to have 200 dpi. */
export async function makeScannedPdf(pages: readonly PdfPage[]): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const { scan, text } of pages) {
    const picture = scan && (await document.embedJpg(await scan.clone().jpeg({ quality: 85 }).toBuffer()));
    const size = picture?.scale(POINTS_PER_INCH / PIXELS_PER_INCH) ?? { width: 595, height: 842 };
    const page = document.addPage([size.width, size.height]);
    if (picture) page.drawImage(picture, { x: 0, y: 0, ...size });
    if (text) page.drawText(text, { x: MARGIN, y: size.height - MARGIN, size: 11, font });
  }
  return Uint8Array.from(await document.save());
}
