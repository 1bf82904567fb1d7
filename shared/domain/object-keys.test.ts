import { describe, expect, it } from 'vitest';
import { generationOfStorageKey, parseIncomingKey, storageKey, uploadKey } from './object-keys.ts';

const ID = '0b9f8a3e-3f57-4a53-9d7a-2f6f4d1f3c11';

describe('parseIncomingKey', () => {
  it('knows an announced upload', () => {
    expect(parseIncomingKey(uploadKey(ID))).toEqual({ kind: 'upload', fileId: ID });
    expect(parseIncomingKey(uploadKey(ID, ID))).toEqual({ kind: 'upload', fileId: ID });
  });

  it('knows a drop, whatever folders and characters it carries', () => {
    expect(parseIncomingKey(`drop/${ID}/a/b c\n+é.pdf`)).toEqual({ kind: 'drop', userId: ID, name: 'a/b c\n+é.pdf' });
  });

  it.each([
    '',
    'x',
    `drop/${ID}`,
    `drop/${ID}/`,
    `drop/${ID}/folder/`,
    'drop/nobody/a.pdf',
    `uploads/${ID}/x`,
    `a/uploads/${ID}`,
  ])('leaves %j alone', (key) => {
    expect(parseIncomingKey(key)).toEqual({ kind: 'unknown' });
  });
});

it('stores under the owner and the id alone', () => {
  expect(storageKey(ID, ID, 3, ID)).toBe(`files/${ID}/${ID}/3-${ID}`);
  expect(generationOfStorageKey(storageKey(ID, ID, 12, ID))).toBe(12);
});
