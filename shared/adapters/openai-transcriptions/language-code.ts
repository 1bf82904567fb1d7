/** Names that servers give instead of a code, and that this runtime calls otherwise. */
const OTHER_NAMES: Record<string, string> = {
  mandarin: 'zh',
  cantonese: 'yue',
  castilian: 'es',
  flemish: 'nl',
  haitian: 'ht',
  'haitian creole': 'ht',
  pushto: 'ps',
  panjabi: 'pa',
  sinhalese: 'si',
  moldovan: 'ro',
  valencian: 'ca',
  letzeburgesch: 'lb',
  myanmar: 'my',
  burmese: 'my',
};

/** A language as a code of two or three letters; OpenAI itself answers English names (`english`), others codes. */
export function languageCode(told: string | undefined): string | undefined {
  const name = told?.trim().toLowerCase();
  if (!name) return undefined;
  if (/^[a-z]{2,3}(?:-[a-z0-9]+)*$/.test(name)) return name.split('-', 1)[0];
  return OTHER_NAMES[name] ?? codesByName().get(name);
}

function codesByName(): Map<string, string> {
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const codes = [...letters].flatMap((first) => [...letters].map((second) => first + second));
  // Retired codes (iw, in, ji) have the names of the present ones, which come first.
  return new Map(codes.toReversed().flatMap((code) => namedBy(names, code)));
}

function namedBy(names: Intl.DisplayNames, code: string): [string, string][] {
  const [canonical] = Intl.getCanonicalLocales(code);
  const name = names.of(code);
  return name && canonical === code ? [[name.toLowerCase(), code]] : [];
}
