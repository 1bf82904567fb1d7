import iconv from 'iconv-lite';

/** Code pages of Windows whose encodings have names of their own. */
const BY_CODE_PAGE: Readonly<Record<number, string>> = {
  10000: 'macintosh',
  10007: 'maccyrillic',
  20127: 'win1252',
  20866: 'koi8-r',
  20932: 'euc-jp',
  21866: 'koi8-u',
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15].map((part) => [28590 + part, `iso-8859-${part}`])),
  38598: 'iso-8859-8',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  51932: 'euc-jp',
  51936: 'gbk',
  51949: 'euc-kr',
  52936: 'gbk',
  54936: 'gb18030',
  65000: 'utf-7',
  65001: 'utf8',
};

/**
 * The encoding of a code page, for {@link decodeAs}; none for those of UTF-16 (1200, 1201), which programs name for
 * texts in eight bits where they mean that they know Unicode.
 */
export function encodingOfCodePage(codePage: number | undefined): string | undefined {
  if (codePage === undefined) return undefined;
  return BY_CODE_PAGE[codePage] ?? (iconv.encodingExists(`cp${codePage}`) ? `cp${codePage}` : undefined);
}

/** @returns undefined for an encoding that nobody knows */
export function decodeAs(bytes: Uint8Array, encoding: string): string | undefined {
  if (iconv.encodingExists(encoding)) return iconv.decode(bytes, encoding, { stripBOM: true });
  const decoder = browserDecoder(encoding);
  return decoder?.decode(bytes);
}

/** Encodings that browsers know and iconv-lite does not, such as ISO-2022-JP. */
function browserDecoder(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
