import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openToken } from './signed-tokens.ts';
import { parseTokenKeys, type TokenKeys } from './token-keys.ts';

interface Vectors {
  testGroups: {
    comment: string;
    private?: { kty: string; kid: string; k?: string };
    public?: { kid: string; n?: string; x?: string };
    tests: { tcId: number; comment: string; jws: string | object; result: 'valid' | 'invalid' }[];
  }[];
}

const folder = process.env.OMNIRAG_VECTORS;
if (!folder) console.warn('OMNIRAG_VECTORS is not set: the JWS vectors are skipped.');

/** Marked valid for readers that overlook characters that are not base64url; RFC 7515 has none, and neither have we. */
const LENIENT = new Set([372, 373]);
/** Marked invalid for padding that the file has lost: letter for letter these are number 357, which is valid. */
const UNPADDED = new Set([367, 370]);
const VALID_TWIN = 357;

/** Keys as bytes: our own secrets are text. */
function keysOf(kid: string, bytes: Buffer): TokenKeys {
  const { current } = parseTokenKeys({ JWT_SECRET: 'unused'.repeat(8) });
  const key = { id: kid, secret: bytes };
  return { current, find: (id) => (id === kid ? key : undefined) };
}

function outcome(keys: TokenKeys, jws: string): 'valid' | 'invalid' {
  try {
    openToken(keys, jws);
    return 'valid';
  } catch {
    return 'invalid';
  }
}

describe.skipIf(!folder)('vectors of Project Wycheproof', () => {
  const { testGroups }: Vectors = JSON.parse(
    folder ? readFileSync(join(folder, 'json_web_signature_test.json'), 'utf8') : '{"testGroups": []}',
  );
  const ours = testGroups.filter((group) => group.private?.kty === 'oct');
  const others = testGroups.filter((group) => group.private?.kty !== 'oct');

  it('with an HMAC key are taken or refused as marked', () => {
    const wrong: string[] = [];
    let [taken, refused] = [0, 0];
    for (const { private: key, tests } of ours) {
      const keys = keysOf(key?.kid ?? '', Buffer.from(key?.k ?? '', 'base64url'));
      for (const { tcId, comment, jws, result } of tests) {
        if (UNPADDED.has(tcId)) expect(jws).toBe(tests.find((test) => test.tcId === VALID_TWIN)?.jws);
        const expected = LENIENT.has(tcId) ? 'invalid' : UNPADDED.has(tcId) ? 'valid' : result;
        const actual = outcome(keys, typeof jws === 'string' ? jws : JSON.stringify(jws));
        if (actual === 'valid') taken += 1;
        else refused += 1;
        if (actual !== expected) wrong.push(`${tcId} ${comment}: ${actual}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([taken, refused]).toEqual([10, 30]);
  });

  it('with any other key are refused, also when the public key is taken for the secret', () => {
    let refused = 0;
    for (const { public: key, private: secret, tests } of others) {
      const kid = key?.kid ?? secret?.kid ?? '';
      const keys = keysOf(kid, Buffer.from(key?.n ?? key?.x ?? 'none'.repeat(8), 'base64url'));
      for (const { jws } of tests) {
        expect(outcome(keys, typeof jws === 'string' ? jws : JSON.stringify(jws))).toBe('invalid');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
