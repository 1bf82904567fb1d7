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

/** How Windows once told fonts of one family apart. */
const BY_FONT_NAME: Readonly<Record<string, string>> = {
  ce: 'win1250',
  cyr: 'win1251',
  greek: 'win1253',
  tur: 'win1254',
  '(hebrew)': 'win1255',
  '(arabic)': 'win1256',
  baltic: 'win1257',
  '(vietnamese)': 'win1258',
  '(thai)': 'win874',
};

/** @param name such as `Arial Cyr` */
export function encodingOfFontName(name: string): string | undefined {
  return BY_FONT_NAME[/\S+$/.exec(name)?.[0].toLowerCase() ?? ''];
}

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
  qmspace: ' ',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  ltrmark: '',
  rtlmark: '',
  zwj: '\u200D',
  zwnj: '\u200C',
};
