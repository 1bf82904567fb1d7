import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText, detectEncoding, utf16WithoutBom } from './decode-text.ts';

const ENGLISH = 'The generator starts by itself.\nIt stops again in the evening.\n';
const GERMAN = 'Die Möwen über der Brücke hören nicht auf zu kreischen; das stört die schläfrigen Gäste.\n'.repeat(3);
const RUSSIAN = 'Вода в море холодная, и лодка возвращается вечером с рыбой и письмами.\n'.repeat(3);
const JAPANESE = '海の水位は六分ごとに測定されます。記録は一九七一年に始まりました。\n'.repeat(3);

describe('decodeText', () => {
  it.each([
    ['utf8', ENGLISH + GERMAN],
    ['utf16le', ENGLISH + GERMAN],
    ['utf16-be', ENGLISH + GERMAN],
    ['utf16le', JAPANESE],
    ['utf16-be', RUSSIAN],
    ['windows-1252', GERMAN],
    ['windows-1251', RUSSIAN],
    ['koi8-r', RUSSIAN],
    ['shift_jis', JAPANESE],
    ['euc-jp', JAPANESE],
  ])('reads %s without a byte order mark', (encoding, text) => {
    expect(decodeText(iconv.encode(text, encoding))).toBe(text);
  });

  it.each([
    ['one NUL in an even number of bytes', Buffer.from('Zinnober\0 und Gold.')],
    ['one NUL and a broken character', Buffer.from('Zinnober\0 und \xed\xa0\x80 Rest', 'latin1')],
    ['one NUL, a form feed and the end mark of DOS', Buffer.from('Before nul\0after nul\fnext page\x1a')],
    ['one NUL among letters beyond ASCII', Buffer.from('会議録の本文\0です')],
    ['a NUL after every word', Buffer.from('one\0two\0three\0four\0five\0seven\0')],
  ])('takes %s for plain text, not for UTF-16', (_, bytes) => {
    expect(utf16WithoutBom(bytes)).toBeUndefined();
  });

  it.each(['utf8', 'utf16le', 'utf16-be', 'utf32-le', 'utf32-be'])('reads %s with a byte order mark', (encoding) => {
    expect(decodeText(iconv.encode(GERMAN, encoding, { addBOM: true }))).toBe(GERMAN);
  });

  it('reads the quotes of Windows', () => {
    expect(decodeText(iconv.encode('He said “no” – twice.', 'windows-1252'))).toBe('He said “no” – twice.');
  });

  it('believes a declared encoding where the bytes leave it open, and only there', () => {
    expect(decodeText(iconv.encode('žlutý kůň', 'iso-8859-2'), 'iso-8859-2')).toBe('žlutý kůň');
    expect(decodeText(Buffer.from('žlutý kůň'), 'iso-8859-2')).toBe('žlutý kůň');
    expect(decodeText(Buffer.from([0xe9]), 'no-such-encoding')).toBe('é');
  });

  it('reads nothing from no bytes, and UTF-8 that is cut in a letter', () => {
    expect(decodeText(Buffer.alloc(0))).toBe('');
    expect(detectEncoding(Buffer.from('naïve ï').subarray(0, -1))).toBe('utf8');
  });
});
