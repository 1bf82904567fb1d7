import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open, seal } from './aead.ts';

interface VectorTest {
  tcId: number;
  comment: string;
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: 'valid' | 'invalid' | 'acceptable';
}

interface VectorGroup {
  keySize: number;
  ivSize: number;
  tagSize: number;
  tests: VectorTest[];
}

const folder = process.env.OMNIRAG_VECTORS;
if (!folder) {
  console.warn('NOT TESTED: the AES-GCM vectors. Set OMNIRAG_VECTORS to the folder that holds aes_gcm_test.json.');
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const groups: VectorGroup[] = folder
  ? JSON.parse(readFileSync(join(folder, 'aes_gcm_test.json'), 'utf8')).testGroups
  : [];
const isOurs = (group: VectorGroup): boolean => group.keySize === 256 && group.ivSize === 96 && group.tagSize === 128;

/** A few bytes a piece, so that the vectors pass through the path that streams take. */
function pieces(text: Buffer): Buffer[] {
  const cut = Math.ceil(text.length / 3) || 1;
  return [text.subarray(0, cut), text.subarray(cut, 2 * cut), text.subarray(2 * cut)];
}

function parameters(test: VectorTest) {
  return { key: createSecretKey(bytes(test.key)), iv: bytes(test.iv), aad: bytes(test.aad) };
}

describe.skipIf(!folder)('the AES-GCM vectors', () => {
  const ours = groups.filter(isOurs).flatMap(({ tests }) => tests);
  const others = groups.filter((group) => !isOurs(group)).flatMap(({ tests }) => tests);

  it('are all there', () => {
    expect(ours.filter(({ result }) => result === 'valid').length).toBeGreaterThanOrEqual(39);
    expect(ours.filter(({ result }) => result === 'invalid').length).toBeGreaterThanOrEqual(27);
    expect(others.length).toBeGreaterThanOrEqual(250);
  });

  it('of 256/96/128 pass or are refused as they are marked', () => {
    for (const test of ours) {
      const name = `vector ${test.tcId} ${test.comment}`;
      const opened = () => Buffer.concat(open(parameters(test), pieces(bytes(test.ct)), bytes(test.tag)));
      if (test.result === 'invalid') {
        expect(opened, name).toThrow(expect.objectContaining({ code: 'INTEGRITY_ERROR' }));
        continue;
      }
      expect(opened().toString('hex'), name).toBe(test.msg);
      const sealed = seal(parameters(test), pieces(bytes(test.msg)));
      expect(Buffer.concat(sealed.ciphertext).toString('hex'), name).toBe(test.ct);
      expect(sealed.tag.toString('hex'), name).toBe(test.tag);
    }
  });

  it('of every other shape are refused, valid or not, both ways', () => {
    for (const test of others) {
      const name = `vector ${test.tcId} ${test.comment}`;
      expect(() => open(parameters(test), [bytes(test.ct)], bytes(test.tag)), name).toThrow(RangeError);
      expect(() => seal(parameters(test), [bytes(test.msg)]), name).toThrow(RangeError);
    }
  });
});

describe('seal and open', () => {
  const key = createSecretKey(randomBytes(32));
  const iv = randomBytes(12);
  const aad = Buffer.from('place');
  const text = Buffer.from('never seen before the tag was checked');
  const { ciphertext, tag } = seal({ key, iv, aad }, [text]);

  it('refuse tags cut to any length Node would take', () => {
    for (let length = 0; length < 16; length += 1) {
      expect(() => open({ key, iv, aad }, ciphertext, tag.subarray(0, length)), `${length}`).toThrow(RangeError);
    }
    expect(() => open({ key, iv, aad }, ciphertext, Buffer.concat([tag, tag]))).toThrow(RangeError);
  });

  it('refuse another key, iv, associated data or text, and a key of another kind', () => {
    const changed = [
      { key: createSecretKey(randomBytes(32)), iv, aad },
      { key, iv: randomBytes(12), aad },
      { key, iv, aad: Buffer.from('other') },
      { key, iv, aad: Buffer.alloc(0) },
    ];
    for (const parameters of changed) {
      expect(() => open(parameters, ciphertext, tag)).toThrow(expect.objectContaining({ code: 'INTEGRITY_ERROR' }));
    }
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(() => seal({ key: publicKey, iv, aad }, [text])).toThrow(RangeError);
    expect(Buffer.concat(open({ key, iv, aad }, ciphertext, tag))).toEqual(text);
  });
});
