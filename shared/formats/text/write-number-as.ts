const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
/** Alphabets whose letters count; after the last one they are doubled. */
const ALPHABETS: Readonly<Record<string, string>> = {
  lowerLetter: 'abcdefghijklmnopqrstuvwxyz',
  upperLetter: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  russianLower: 'абвгдежзиклмнопрстуфхцчшщыэюя',
  russianUpper: 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
  arabicAlpha: 'أبتثجحخدذرزسشصضطظعغفقكلمنهوي',
  arabicAbjad: 'أبجدهوزحطيكلمنسعفصقرشتثخذضظغ',
  hebrew2: 'אבגדהוזחטיכלמנסעפצקרשת',
  aiueoFullWidth: 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  irohaFullWidth: 'イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン',
  ganada: '가나다라마바사아자차카타파하',
  chosung: 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ',
  ideographTraditional: '甲乙丙丁戊己庚辛壬癸',
  ideographZodiac: '子丑寅卯辰巳午未申酉戌亥',
  decimalEnclosedCircle: '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳',
  decimalEnclosedParen: '⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇',
  decimalEnclosedFullstop: '⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛',
};
/** Scripts with digits of their own. */
const DIGITS: Readonly<Record<string, string>> = {
  decimalFullWidth: '０１２３４５６７８９',
  decimalFullWidth2: '０１２３４５６７８９',
  hindiNumbers: '०१२३४५६७८९',
  thaiNumbers: '๐๑๒๓๔๕๖๗๘๙',
  ideographDigital: '〇一二三四五六七八九',
  japaneseDigitalTenThousand: '〇一二三四五六七八九',
  koreanDigital: '영일이삼사오육칠팔구',
  taiwaneseDigital: '○一二三四五六七八九',
};
const CHINESE = [
  'chineseCounting',
  'chineseCountingThousand',
  'japaneseCounting',
  'taiwaneseCounting',
  'taiwaneseCountingThousand',
];
const ONES = [
  '',
  ...'One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen'.split(' '),
  ...'Sixteen Seventeen Eighteen Nineteen'.split(' '),
];
const TENS = ['', '', ...'Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety'.split(' ')];
const IRREGULAR: Readonly<Record<string, string>> = {
  One: 'First',
  Two: 'Second',
  Three: 'Third',
  Five: 'Fifth',
  Eight: 'Eighth',
  Nine: 'Ninth',
  Twelve: 'Twelfth',
};
/** More letters in a row are no number that a person reads. */
const MOST_REPEATS = 20;
const MOST_ROMAN = 32_767;

/**
 * A number as lists show it.
 * @param format of Word: `decimal`, `upperRoman`, …; one that is not known is written in digits
 * @param custom for the format `custom`: its first numbers, `001, 002, ...`
 */
export function writeNumberAs(value: number, format: string, custom = ''): string {
  const alphabet = ALPHABETS[format];
  if (alphabet !== undefined && value > 0) return letter(value, [...alphabet], format.startsWith('decimal'));
  const digits = DIGITS[format];
  if (digits !== undefined) return String(value).replace(/\d/g, (digit) => [...digits][Number(digit)] ?? digit);
  if (CHINESE.includes(format) && value > 0 && value < 100) return chinese(value);
  switch (format) {
    case 'none':
      return '';
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'custom':
      return String(value).padStart(/^0*\d/.exec(custom)?.[0].length ?? 1, '0');
    case 'upperRoman':
      return roman(value).toUpperCase();
    case 'lowerRoman':
      return roman(value);
    case 'ordinal':
      return String(value) + ordinalEnding(value);
    case 'cardinalText':
      return words(value) || String(value);
    case 'ordinalText':
      return words(value).replace(/[A-Za-z]+$/, ordinalWord) || String(value);
    case 'numberInDash':
      return `- ${value} -`;
    case 'hex':
      return value.toString(16).toUpperCase();
    default:
      return String(value);
  }
}

function letter(value: number, alphabet: readonly string[], once: boolean): string {
  const times = Math.ceil(value / alphabet.length);
  if (times > MOST_REPEATS || (once && times > 1)) return String(value);
  return (alphabet[(value - 1) % alphabet.length] ?? '').repeat(times);
}

function roman(value: number): string {
  if (value < 1 || value > MOST_ROMAN) return String(value);
  let rest = value;
  let written = '';
  for (const [worth, sign] of ROMAN) {
    written += sign.repeat(Math.floor(rest / worth));
    rest %= worth;
  }
  return written;
}

function chinese(value: number): string {
  const signs = [...'〇一二三四五六七八九'];
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  const ten = tens === 0 ? '' : `${tens === 1 ? '' : signs[tens]}十`;
  return ten + (ones === 0 ? '' : (signs[ones] ?? ''));
}

function ordinalEnding(value: number): string {
  const rest = value % 100;
  if (rest >= 11 && rest <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th';
}

/** In English, which is what Word writes in most documents that use this; empty from a hundred on. */
function words(value: number): string {
  if (value < 1 || value > 99) return '';
  if (value < 20) return ONES[value] ?? '';
  const ones = ONES[value % 10] ?? '';
  return `${TENS[Math.floor(value / 10)] ?? ''}${ones === '' ? '' : `-${ones.toLowerCase()}`}`;
}

function ordinalWord(cardinal: string): string {
  const capital = (cardinal[0] ?? '').toUpperCase() + cardinal.slice(1);
  const ordinal = IRREGULAR[capital] ?? (capital.endsWith('y') ? `${capital.slice(0, -1)}ieth` : `${capital}th`);
  return cardinal === capital ? ordinal : ordinal.toLowerCase();
}
