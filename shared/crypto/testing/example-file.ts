import { randomBytes } from 'node:crypto';
import { encryptStream } from '../file-cipher.ts';
import type { FileContext } from '../file-key.ts';
import { type Keyring, parseKeyring } from '../keyring.ts';
import { collect, inPieces } from './streams.ts';

/** Small segments, so that an object of many is still quick to try in every way. */
export const SMALL_SEGMENT = 1024;

export const CONTEXT: FileContext = {
  ownerId: '7b0f2f0e-58a5-4c4c-9e53-0a8d4e0a2f11',
  fileId: 'f3a1c5de-6b7a-4d55-8b39-9d7b7d6f2c22',
  generation: 3,
  purpose: 'content',
};

export function randomKeyring(): Keyring {
  return parseKeyring({ APP_ENCRYPTION_KEY: randomBytes(32).toString('hex') });
}

/** The encrypted object of `plaintext` in small segments. */
export function encrypt(keyring: Keyring, plaintext: Uint8Array, context: FileContext = CONTEXT): Promise<Buffer> {
  return collect(encryptStream(keyring, context, inPieces(plaintext, 700), { segmentBytes: SMALL_SEGMENT }));
}
