import { AppError } from '#shared/errors/app-error.ts';

/** A document type brings entities, which can be made to grow without end and to name files; Office writes none. */
const DOCTYPE = /<!\s*(?:DOCTYPE|ENTITY)/i;
/** Long enough for a doctype that two pieces of the stream share. */
const OVERLAP_CHARS = 32;

export function unsafeXml(part: string): AppError {
  return new AppError('XML_UNSAFE', {
    detail: `The part ${part} declares a document type or entities, which can be used for attacks, so this part was not read.`,
  });
}

/** Looks through the bytes of an XML part, fed piece by piece. The function throws AppError XML_UNSAFE. */
export function createDoctypeCheck(part: string): (piece: Buffer) => void {
  let tail = '';
  return (piece) => {
    // In UTF-16, every second byte of what is looked for is zero.
    const text =
      tail + (piece.includes(0) ? Buffer.from(piece.filter((byte) => byte !== 0)) : piece).toString('latin1');
    if (DOCTYPE.test(text)) throw unsafeXml(part);
    tail = text.slice(-OVERLAP_CHARS);
  };
}
