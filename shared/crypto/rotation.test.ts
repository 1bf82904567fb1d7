import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { decryptStream, rewrapStream } from './file-cipher.ts';
import { FIXED_HEADER_BYTES, HEADER_BYTES } from './file-format.ts';
import { headerKeyId, rewrapHeader } from './file-key.ts';
import { decryptRange } from './file-range.ts';
import { parseKeyring } from './keyring.ts';
import { CONTEXT, encrypt } from './testing/example-file.ts';
import { collect, inPieces, outcomeOf, readerOf } from './testing/streams.ts';

const oldHex = randomBytes(32).toString('hex');
const newHex = randomBytes(32).toString('hex');
const oldAlone = parseKeyring({ APP_ENCRYPTION_KEY: oldHex });
const both = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${newHex}`, APP_ENCRYPTION_KEY: oldHex });
const newAlone = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${newHex}` });
const plaintext = randomBytes(5000);

it('wraps the data key anew and touches no segment', async () => {
  const object = await encrypt(oldAlone, plaintext);
  const header = rewrapHeader(both, CONTEXT, object.subarray(0, HEADER_BYTES));
  expect(header).toHaveLength(HEADER_BYTES);
  expect(headerKeyId(object.subarray(0, HEADER_BYTES))).toBe(oldAlone.current.id);
  expect(headerKeyId(header)).toBe('new');
  expect(header.subarray(0, FIXED_HEADER_BYTES).equals(object.subarray(0, FIXED_HEADER_BYTES))).toBe(true);

  const rotated = Buffer.concat([header, object.subarray(HEADER_BYTES)]);
  expect((await collect(decryptStream(newAlone, CONTEXT, inPieces(rotated, 500)))).equals(plaintext)).toBe(true);
  expect((await outcomeOf(async () => decryptStream(newAlone, CONTEXT, inPieces(object, 500)))).end).toBe(
    'INTEGRITY_ERROR',
  );
  // A reader that kept the old header reads the new object, and one with the new header the old object.
  for (const [kept, stored] of [
    [object.subarray(0, HEADER_BYTES), rotated],
    [header, object],
  ] as const) {
    const request = { plainSize: 5000, start: 1000, end: 2000, header: kept };
    const range = await decryptRange(both, CONTEXT, readerOf(stored), request);
    expect((await collect(range)).equals(plaintext.subarray(1000, 2001))).toBe(true);
  }
});

it('leaves what is under the current key as it is, and refuses what it cannot vouch for', async () => {
  const object = await encrypt(both, plaintext);
  const header = object.subarray(0, HEADER_BYTES);
  expect(rewrapHeader(both, CONTEXT, header).equals(header)).toBe(true);
  const refused = expect.objectContaining({ code: 'INTEGRITY_ERROR' });
  expect(() => rewrapHeader(oldAlone, CONTEXT, header)).toThrow(refused);
  expect(() => rewrapHeader(both, { ...CONTEXT, generation: 4 }, header)).toThrow(refused);
  for (let at = 0; at < HEADER_BYTES; at += 1) {
    const changed = Buffer.from(header);
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    expect(() => rewrapHeader(both, CONTEXT, changed), `byte ${at}`).toThrow(refused);
  }
});

it('rewrites a whole object, and never one that was cut or changed on the way', async () => {
  const object = await encrypt(oldAlone, plaintext);
  const rotated = await collect(rewrapStream(both, CONTEXT, inPieces(object, 777)));
  expect(rotated.subarray(HEADER_BYTES).equals(object.subarray(HEADER_BYTES))).toBe(true);
  expect((await collect(decryptStream(newAlone, CONTEXT, inPieces(rotated, 500)))).equals(plaintext)).toBe(true);
  for (const length of [0, 100, HEADER_BYTES, HEADER_BYTES + 1040, object.length - 1]) {
    const cut = await outcomeOf(async () => rewrapStream(both, CONTEXT, inPieces(object.subarray(0, length), 777)));
    expect(cut.end, `${length}`).toBe('INTEGRITY_ERROR');
  }
});
