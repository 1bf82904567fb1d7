import { open } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';

/** OLE compound file: how Office stores documents with a password, and all documents before 2007. */
const OLE_SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ENCRYPTED_STREAM = Buffer.from('EncryptedPackage', 'utf16le');

/**
 * Tells documents with a password and documents of the old binary kinds from the ZIP containers that are read.
 * @param path of the file
 * @param instead what to save an old one as, e.g. `.xlsx`
 * @throws AppError ENCRYPTED_DOCUMENT, TYPE_MISMATCH
 */
export async function refuseOle(path: string, instead: string): Promise<void> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(OLE_SIGNATURE.length);
    await file.read(head, 0, head.length, 0);
    if (!head.equals(OLE_SIGNATURE)) return;
    if ((await file.readFile()).includes(ENCRYPTED_STREAM)) throw new AppError('ENCRYPTED_DOCUMENT');
  } finally {
    await file.close();
  }
  throw new AppError('TYPE_MISMATCH', {
    detail: `The file is in the old binary format. Save it as ${instead} and upload that.`,
  });
}
