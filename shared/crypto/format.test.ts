import { createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { decryptStream } from './file-cipher.ts';
import { parseKeyring } from './keyring.ts';
import { CONTEXT, encrypt } from './testing/example-file.ts';
import { collect, inPieces } from './testing/streams.ts';

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
/** Written once by format 1: whatever changes, files of people were written like this. */
const KEPT_OBJECT =
  'T01OSVJBR0YBAAAEAG1TlGz3OSsvoc3UNUkEK9VMm/TbnfXv655QTJy0an9OXgK2rdQFZwVmaXJzdAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAE3o5cLdomnNcVAjjCuD+wLPXJ2Zg1qMRZtck1L9uRliB5OmWSaBTpHgK3ovlD3l4x2mW1J06DxGQqVABowsTNwwkmFvHClrrp4NIKTB' +
  'p1EKYzilq3PIeyklPgV/eo8F';
const KEPT_TEXT = 'kept since format 1';

const field = (bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
const fields = (...all: Array<Buffer | string>): Buffer => Buffer.concat(all.map(field));

function openGcm(key: Buffer, iv: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

/** A second reader, from the description alone and with none of our code. */
function readIndependently(object: Buffer): Buffer {
  const hkdf = (key: Buffer, salt: Buffer | string, info: Buffer | string) =>
    Buffer.from(hkdfSync('sha256', key, salt, info, 32));
  const segmentBytes = object.readUInt32BE(9);
  const keyId = object.toString('latin1', 53, 53 + object.readUInt8(52));
  const context = fields(CONTEXT.purpose, CONTEXT.ownerId, CONTEXT.fileId, String(CONTEXT.generation));
  const binding = fields(object.subarray(0, 52), context);
  const dataKey = openGcm(
    hkdf(Buffer.from(KEY, 'hex'), '', 'omnirag/master/wrap/v1'),
    object.subarray(85, 97),
    fields('omnirag/data-key/v1', keyId, binding),
    object.subarray(97, 145),
  );
  const info = fields('omnirag/segments/v1', createHash('sha256').update(binding).digest());
  const segmentKey = hkdf(dataKey, object.subarray(13, 45), info);
  const plaintext: Buffer[] = [];
  for (let index = 0, at = 145; at < object.length; index += 1, at += segmentBytes + 16) {
    const isLast = at + segmentBytes + 16 >= object.length;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(index);
    const nonce = Buffer.concat([object.subarray(45, 52), counter, Buffer.from([isLast ? 1 : 0])]);
    plaintext.push(openGcm(segmentKey, nonce, Buffer.alloc(0), object.subarray(at, at + segmentBytes + 16)));
  }
  return Buffer.concat(plaintext);
}

it('is what its description says', async () => {
  const keyring = parseKeyring({ APP_ENCRYPTION_KEY: KEY });
  for (const size of [0, 1, 1023, 1024, 1025, 2048, 5000]) {
    const plaintext = randomBytes(size);
    expect(readIndependently(await encrypt(keyring, plaintext)).equals(plaintext), `${size}`).toBe(true);
  }
});

it('still reads an object that was written by its first version', async () => {
  const keyring = parseKeyring({ APP_ENCRYPTION_KEYS: `first:${KEY}` });
  const object = Buffer.from(KEPT_OBJECT, 'base64');
  expect((await collect(decryptStream(keyring, CONTEXT, inPieces(object, 50)))).toString()).toBe(KEPT_TEXT);
  expect(readIndependently(object).toString()).toBe(KEPT_TEXT);
});
