import { describe, expect, it } from 'vitest';
import { isGarbage } from './unreadable-text.ts';

/** As the library tells a text whose glyphs are numbered in the usual order. */
function shifted(text: string): string {
  return [...text].map((sign) => String.fromCharCode(sign.charCodeAt(0) - 29)).join('');
}

describe('isGarbage', () => {
  it('knows numbers of glyphs that are taken for characters', () => {
    const numbered = { numbered: true };
    expect(isGarbage(shifted('The warehouse keeps nine barrels'), numbered)).toBe(true);
    expect(isGarbage(shifted('Hafenmeisterverordnung'), numbered)).toBe(true);
    expect(isGarbage(shifted('Harbourmasterregulations'), numbered)).toBe(true);
    expect(isGarbage('\u0001\u0002\u0003', numbered)).toBe(true);
    expect(isGarbage('ϲΒϴΒ', numbered)).toBe(true);
    expect(isGarbage('Ӡ֑аŘ܀Ԥߍ кठஞ ҁ֎ß', numbered)).toBe(true);
  });

  it('takes no text for them', () => {
    for (const text of [
      'THE HARBOUR MASTER COUNTS HIS BARRELS',
      'IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001',
      '1.250,00 99.780,15 (3.400,00)',
      'WGDXP-KQZ',
      'English, Ελληνικά, Русский, עברית, العربية, हिन्दी, ไทย',
      'Tiếng Việt có dấu',
      'Жители города считают бочки',
      '倉庫には九つの樽がある',
      '',
    ]) {
      expect([text, isGarbage(text, { numbered: true })]).toEqual([text, false]);
      expect([text, isGarbage(text, { numbered: false })]).toEqual([text, false]);
    }
  });

  it('knows control characters and signs of a font of its own in any font', () => {
    expect(isGarbage('\u0001\u0002\u0003\u0004 \u0002\u0001', { numbered: false })).toBe(true);
    expect(isGarbage('\uF041\uF042\uF043\uF044', { numbered: false })).toBe(true);
    expect(isGarbage('• one, • two and\u0002 more of the same kind', { numbered: false })).toBe(false);
  });
});
