/** A part of a formula, written in one line. */
export interface Built {
  text: string;
  /** Whether it needs no brackets as part of something larger: a number or a name. */
  simple: boolean;
}

export const NOTHING: Built = { text: '', simple: true };

type Parts = readonly { role: string; built: Built }[];

const RAISED = new Map([...'0123456789+-−=()'].map((sign, at) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾'][at] ?? '']));
const LOWERED = new Map([...'0123456789+-−=()'].map((sign, at) => [sign, [...'₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎'][at] ?? '']));
const FRACTIONS = new Map(
  Object.entries({
    '1/2': '½',
    '1/3': '⅓',
    '2/3': '⅔',
    '1/4': '¼',
    '3/4': '¾',
    '1/5': '⅕',
    '2/5': '⅖',
    '3/5': '⅗',
    '4/5': '⅘',
    '1/6': '⅙',
    '5/6': '⅚',
    '1/8': '⅛',
    '3/8': '⅜',
    '5/8': '⅝',
    '7/8': '⅞',
  }),
);
/** Longer indices are written with a mark, not with small signs. */
const LONGEST_SMALL = 8;
/** What is deleted, and how things look. */
const LEFT_OUT = /^(?:del|moveFrom|.*Pr)$/;

/** One element of OMML, its parts already built. */
export function buildFormula(name: string, parts: Parts, properties: ReadonlyMap<string, string>): Built {
  const part = (role: string): Built => joined(parts.filter((one) => one.role === role));
  const all = (role: string): Built[] => parts.filter((one) => one.role === role).map(({ built }) => built);
  switch (name) {
    case 'f':
      return fraction(part('num'), part('den'), properties.get('type'));
    case 'sSup':
    case 'sSub':
    case 'sSubSup':
      return { text: part('e').text + lowered(part('sub')) + raised(part('sup')), simple: false };
    case 'sPre':
      return { text: lowered(part('sub')) + raised(part('sup')) + part('e').text, simple: false };
    case 'rad':
      return root(isOn(properties.get('degHide')) ? NOTHING : part('deg'), part('e'));
    case 'nary': {
      const limits = lowered(part('sub')) + raised(part('sup'));
      const sign = properties.get('chr') || '∫';
      return { text: `${sign}${limits}${limits === '' ? '' : ' '}${part('e').text}`, simple: false };
    }
    case 'limLow':
      return { text: part('e').text + lowered(part('lim')), simple: false };
    case 'limUpp':
      return { text: part('e').text + raised(part('lim')), simple: false };
    case 'func':
      return { text: `${part('fName').text} ${part('e').text}`, simple: false };
    case 'd':
      return delimited(all('e'), properties);
    case 'mr':
      return rows(all('e'), ' ');
    case 'm':
      return rows(all('mr'), '; ');
    case 'eqArr':
      return rows(all('e'), '; ');
    case 'acc':
      return accented(part('e'), properties.get('chr') ?? '\u0302');
    case 'bar':
      return accented(part('e'), '\u0305');
    case 'groupChr':
      return part('e');
    case 'phant':
      return isOff(properties.get('show')) ? NOTHING : part('e');
    case 'br':
    case 'cr':
    case 'tab':
      return { text: ' ', simple: true };
    default:
      return LEFT_OUT.test(name) ? NOTHING : joined(parts);
  }
}

/** A number, a name, or a sign. */
export function plainPart(piece: string): Built {
  return piece === '' ? NOTHING : { text: piece, simple: piece.length <= 20 && /^[\p{L}\p{N}.,]+$/u.test(piece) };
}

function joined(parts: Parts): Built {
  const [first, ...others] = parts;
  if (first === undefined) return NOTHING;
  if (others.length === 0) return first.built;
  // A row of many parts is not looked at again: that would take as long for each level that it stands in.
  const said = parts.filter(({ built }) => built !== NOTHING);
  if (said.length === 1 && said[0]) return said[0].built;
  return { text: parts.map(({ built }) => built.text).join(''), simple: false };
}

function rows(parts: readonly Built[], separator: string): Built {
  return { text: parts.map(({ text }) => text).join(separator), simple: false };
}

function fraction(above: Built, below: Built, type: string | undefined): Built {
  if (type === 'noBar') return { text: `${above.text} ${below.text}`, simple: false };
  if (above.simple && below.simple) {
    const sign = FRACTIONS.get(`${above.text}/${below.text}`);
    if (sign !== undefined) return { text: sign, simple: true };
  }
  return { text: `${bracketed(above)}/${bracketed(below)}`, simple: false };
}

function root(degree: Built, of: Built): Built {
  const known = new Map([
    ['', '√'],
    ['2', '√'],
    ['3', '∛'],
    ['4', '∜'],
  ]).get(degree.simple ? degree.text : '?');
  return { text: (known ?? `${raised(degree, '')}√`) + bracketed(of), simple: false };
}

function delimited(inner: readonly Built[], properties: ReadonlyMap<string, string>): Built {
  const text = inner.map((one) => one.text).join(properties.get('sepChr') ?? '|');
  return { text: (properties.get('begChr') ?? '(') + text + (properties.get('endChr') ?? ')'), simple: false };
}

function accented(base: Built, accent: string): Built {
  // On more than one sign, an accent would only cut the words apart.
  return base.simple && base.text.length === 1 ? { text: base.text + accent, simple: true } : base;
}

function raised(index: Built, mark = '^'): string {
  return small(index, RAISED, mark);
}

function lowered(index: Built): string {
  return small(index, LOWERED, '_');
}

function small(index: Built, signs: ReadonlyMap<string, string>, mark: string): string {
  if (index.text === '') return '';
  if (index.text.length <= LONGEST_SMALL) {
    const letters = [...index.text].map((sign) => signs.get(sign));
    if (letters.every((sign) => sign !== undefined)) return letters.join('');
  }
  return mark + bracketed(index);
}

function bracketed(part: Built): string {
  return part.simple ? part.text : `(${part.text})`;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !isOff(value);
}

function isOff(value: string | undefined): boolean {
  return value === '0' || value === 'off' || value === 'false';
}
