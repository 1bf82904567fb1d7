import { decodeMailText } from './charset.ts';
import { decodeHeader } from './encoded-words.ts';

/** `attachment; filename="a.pdf"`, its bytes as Latin-1 letters. */
export interface HeaderValue {
  /** In small letters. */
  value: string;
  /** By their names in small letters, asterisks and all; the first of two counts. */
  parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)/gs;
const SECTION = /^\*(?:(\d{1,4})(\*)?)?$/;

export function parseHeaderValue(raw: string): HeaderValue {
  const parameters = new Map<string, string>();
  for (const [, name = '', text = ''] of raw.matchAll(PARAMETER)) {
    const isQuoted = text.startsWith('"');
    const value = isQuoted
      ? text
          .slice(1)
          .replace(/"$/, '')
          .replace(/\\(["\\])/g, '$1')
      : text.trim();
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  return {
    value: (raw.split(';', 1)[0] ?? '')
      .replace(/\([^()]*\)/g, '')
      .trim()
      .toLowerCase(),
    parameters,
  };
}

/** A parameter as people read it: `name`, or `name*` in one or many sections (RFC 2231), or with encoded words. */
export function parameterText({ parameters }: HeaderValue, name: string, charset?: string): string | undefined {
  const sections = [...parameters]
    .filter(([key]) => key.startsWith(`${name}*`))
    .flatMap(([key, value]) => {
      const section = SECTION.exec(key.slice(name.length));
      if (section === null) return [];
      return [{ number: Number(section[1] ?? 0), isEncoded: section[1] === undefined || section[2] === '*', value }];
    })
    .sort((a, b) => a.number - b.number);
  if (sections.length === 0) {
    const plain = parameters.get(name);
    return plain === undefined ? undefined : decodeHeader(plain, charset);
  }
  const [, label] = /^([^']*)'[^']*'/.exec(sections[0]?.isEncoded ? sections[0].value : '') ?? [];
  // A letter may begin in one section and end in the next.
  const bytes = sections.map(({ value, isEncoded }, index) => {
    const text = index === 0 && label !== undefined ? value.replace(/^[^']*'[^']*'/, '') : value;
    return isEncoded ? unescapePercent(text) : text;
  });
  const joined = bytes.join('');
  // Some programs put encoded words into sections.
  if (/=\?[^?]+\?[bq]\?/i.test(joined)) return decodeHeader(joined, charset);
  return decodeMailText(Buffer.from(joined, 'latin1'), label || charset);
}

function unescapePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
