import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { filenameOrUnnamed, safeFilename } from './filename.ts';

const vectors = process.env.OMNIRAG_VECTORS;
if (!vectors) console.warn('NOT TESTED: naughty strings. Set OMNIRAG_VECTORS to the folder that holds them.');

describe('safeFilename', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\Plan für März.docx', 'Plan für März.docx'],
    ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie: x.txt'],
    ['nul\0byte.pdf', 'nulbyte.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['\u2066mixed\u2069\u200F.pdf', 'mixed.pdf'],
    ['  spaced name .pdf. . ', 'spaced name .pdf'],
    ['lone\uD800surrogate.md', 'lonesurrogate.md'],
    ['cafe\u0301.txt', 'caf\u00E9.txt'],
    ['.env', '.env'],
    ['CON', 'CON'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ])('%j → %j', (name, safe) => {
    expect(safeFilename(name)).toBe(safe);
  });

  it.each([
    '',
    '.',
    '..',
    '...',
    'a/..',
    'folder/',
    '\\',
    '\0\r\n',
    ' \u00A0\u2003',
    '\u200B\u202E',
    '\u3164',
    '\uFE0F',
  ])('refuses %j', (name) => {
    expect(() => safeFilename(name)).toThrow(expect.objectContaining({ code: 'INVALID_FILENAME' }));
    expect(filenameOrUnnamed(name)).toBe('unnamed');
  });

  it('cuts long names to 255 bytes and keeps the extension', () => {
    expect(safeFilename(`${'a'.repeat(300)}.pdf`)).toBe(`${'a'.repeat(251)}.pdf`);
    const umlauts = safeFilename(`${'ü'.repeat(300)}.docx`);
    expect(umlauts).toBe(`${'ü'.repeat(125)}.docx`);
    const families = safeFilename(`${'👩‍👩‍👧‍👦'.repeat(50)}.md`);
    expect(families).toBe(`${'👩‍👩‍👧‍👦'.repeat(10)}.md`);
    expect(Buffer.byteLength(safeFilename(`x.${'y'.repeat(400)}`))).toBe(255);
  });

  it.skipIf(!vectors)('makes every naughty string safe or refuses it', () => {
    const strings = JSON.parse(readFileSync(join(vectors ?? '', 'naughty-strings.json'), 'utf8')) as string[];
    let safe = 0;
    for (const name of strings) {
      const made = attempt(name);
      if (made === undefined) continue;
      safe++;
      expect(made).not.toMatch(/[/\\\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069\u200E\u200F]/u);
      expect(made).toMatch(/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u);
      expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
      expect(safeFilename(made)).toBe(made);
    }
    expect(safe).toBeGreaterThan(strings.length * 0.8);
  });
});

function attempt(name: string): string | undefined {
  try {
    return safeFilename(name);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return undefined;
  }
}
