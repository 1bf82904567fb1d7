import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';

/** Fonts come with a package, so that the pictures are the same on every machine. */
const FONT = 'LiberationSans-Regular';
const MARGIN = 60;

export interface DrawOptions {
  width?: number;
  height?: number;
  /** Of the letters, in pixels; 32 is what 12 points are at 200 dpi. */
  fontSize?: number;
}

/** Draws lines of black text on white, as a scanner sees a page. */
export function drawText(lines: readonly string[], options: DrawOptions = {}): Sharp {
  const { width = 1200, fontSize = 32 } = options;
  const height = options.height ?? Math.round(2 * MARGIN + lines.length * fontSize * 1.4);
  registerFont();
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'black';
  context.font = `${fontSize}px ${FONT}`;
  context.textBaseline = 'top';
  lines.forEach((line, index) => {
    context.fillText(line, MARGIN, MARGIN + index * fontSize * 1.4);
  });
  const { data } = context.getImageData(0, 0, width, height);
  return sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .withMetadata({ density: 200 });
}

/** A surface of soft colours in which nothing is written. */
export function drawScene(width = 800, height = 600): Sharp {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgb[at++] = 127 + 100 * Math.sin(x / 90 + y / 300);
      rgb[at++] = 127 + 90 * Math.sin(y / 70);
      rgb[at++] = 200 - 100 * (y / height);
    }
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

/** As a camera that was held at an angle stores it: turned pixels, and a tag that says how to turn them back. */
export async function toTurnedJpeg(upright: Sharp): Promise<Buffer> {
  const turned = await upright.rotate(90).png().toBuffer();
  // Orientation 8: to be turned by 270° clockwise.
  return sharp(turned).withMetadata({ orientation: 8 }).jpeg({ quality: 92 }).toBuffer();
}

/** One TIFF of two or more pages of one size. */
export async function toTiff(pages: readonly Sharp[]): Promise<Buffer> {
  const pictures = await Promise.all(pages.map((page) => page.png().toBuffer()));
  return sharp(pictures, { join: { animated: true } })
    .tiff({ compression: 'lzw' })
    .toBuffer();
}

/** Uncompressed, 24 bits a pixel, rows from bottom to top. */
export async function toBmp(picture: Sharp): Promise<Buffer> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const rowBytes = Math.ceil((info.width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * info.height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(info.width, 18);
  file.writeInt32LE(info.height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const from = ((info.height - 1 - y) * info.width + x) * info.channels;
      const to = 54 + y * rowBytes + x * 3;
      for (let channel = 0; channel < 3; channel++) file[to + channel] = data[from + 2 - channel] ?? 0;
    }
  }
  return file;
}

function registerFont(): void {
  if (GlobalFonts.has(FONT)) return;
  const home = dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));
  GlobalFonts.registerFromPath(join(home, 'standard_fonts', `${FONT}.ttf`), FONT);
}
