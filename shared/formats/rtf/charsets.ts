/** Encodings by the number a font has for its letters. */
const BY_CHARSET: Readonly<Record<number, string>> = {
  77: 'macintosh',
  128: 'cp932',
  129: 'cp949',
  134: 'cp936',
  136: 'cp950',
  161: 'win1253',
  162: 'win1254',
  163: 'win1258',
  177: 'win1255',
  178: 'win1256',
  186: 'win1257',
  204: 'win1251',
  222: 'win874',
  238: 'win1250',
};

export function encodingOfCharset(charset: number): string | undefined {
  return BY_CHARSET[charset];
}

/** What control words stand for. */
export const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  line: '\n',
  emdash: '—',
  endash: '–',
  emspace: ' ',
  enspace: ' ',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  zwj: '\u200D',
  zwnj: '\u200C',
};
