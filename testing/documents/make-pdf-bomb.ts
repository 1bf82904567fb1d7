import { deflateSync } from 'node:zlib';
import { assemblePdf } from './make-pdf.ts';
import { repeatZlib } from './repeat-deflated.ts';

/**
 * A PDF of some kilobytes whose only page has so many megabytes of drawing instructions, packed twice. Reading 100 MB
 * of them takes the parser minutes and gigabytes.
 */
export function makePdfBomb(megabytes: number): Buffer {
  const instructions = 'BT /F1 9 Tf 60 700 Td (boom) Tj ET\n';
  const plain = Buffer.from(instructions.repeat(Math.ceil((megabytes * 1024 * 1024) / instructions.length)));
  return onePageOf(deflateSync(deflateSync(plain, { level: 1 }), { level: 9 }));
}

/** As {@link makePdfBomb}, for sizes that do not fit into memory. */
export function makeFlateBomb(megabytes: number): Buffer {
  const instructions = 'BT /F1 9 Tf 60 700 Td (boom) Tj ET\n';
  const block = Buffer.from(instructions.repeat(Math.ceil((1024 * 1024) / instructions.length)));
  return onePageOf(deflateSync(repeatZlib(block, megabytes), { level: 9 }));
}

/** @param packed the page's drawing instructions, packed twice */
function onePageOf(packed: Buffer): Buffer {
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>';
  return assemblePdf([
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from('<</Type/Pages/Count 1/Kids[4 0 R]>>'),
    Buffer.from('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'),
    Buffer.from(page),
    Buffer.concat([
      Buffer.from(`<</Length ${packed.length}/Filter[/FlateDecode/FlateDecode]>>\nstream\n`),
      packed,
      Buffer.from('\nendstream'),
    ]),
  ]);
}
