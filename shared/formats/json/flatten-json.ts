/** One token: punctuation, a string, or a number or word. Numbers stay as they are written; IDs have many digits. */
const TOKEN = /[\s\uFEFF]*(?:([{}[\],:])|"([^"\\]*(?:\\.[^"\\]*)*)"|(-?\d[\d.eE+-]*|true|false|null))/y;
const REST = /[\s\uFEFF]*$/y;
const KEY = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** Longer paths lose their beginning: a file of a million levels would write each of them a million times. */
const LONGEST_PATH = 400;
/**
 * A text that has become so many times longer than what was read has short paths from there on: a long key with thousands of
 * short ones in it would be written before each of them. The coordinates of maps become five times as long.
 */
const MOST_GROWTH = 8;
const FREE_GROWTH = 16 * 1024;
/** With the shortest value in JSON (`[1],`) a line is then less than eight times as long. */
const SHORT_PATH = 24;

interface Level {
  /** Of what stands inside. */
  path: string;
  isArray: boolean;
  index: number;
  /** Simple values of an array that share a line. */
  row: string[];
}

/**
 * Writes every value as `path: value` (`users[0].name: Ada`), simple values of one array together. Reads token by
 * token, so that a deep or large document takes no tree in memory; values may follow each other, as in NDJSON. Empty
 * objects, arrays and strings and `null` say nothing and are left out.
 * @returns undefined for what is not JSON
 */
export function flattenJson(source: string): string | undefined {
  const lines: string[] = [];
  const levels: Level[] = [];
  let written = 0;
  let at = 0;
  let key: string | undefined;
  // What may come next: a value, a key, or the comma or bracket after a value.
  let expects: 'value' | 'key' | 'after' = 'value';
  let mayEnd = true;

  const pathHere = (): string => {
    const level = levels.at(-1);
    if (level === undefined) return '';
    const path = level.isArray ? `${level.path}[${level.index}]` : join(level.path, key ?? '');
    return path.length > LONGEST_PATH ? endOf(path, LONGEST_PATH / 2) : path;
  };
  const write = (path: string, text: string): void => {
    const grows = written > FREE_GROWTH + MOST_GROWTH * at;
    const line = labelled(grows && path.length > SHORT_PATH ? endOf(path, SHORT_PATH) : path, text);
    lines.push(line);
    written += line.length;
  };
  const flushRow = (level: Level): void => {
    if (level.row.length > 0) write(level.path, level.row.join(', '));
    level.row = [];
  };
  const value = (text: string): void => {
    const level = levels.at(-1);
    if (level?.isArray) {
      if (text !== '') level.row.push(text);
    } else if (text !== '') write(pathHere(), text);
    expects = 'after';
  };

  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (!match) break;
    at = TOKEN.lastIndex;
    const [, sign, string, word] = match;
    const level = levels.at(-1);
    if (string !== undefined) {
      const text = unescapeJson(string);
      if (text === undefined) return undefined;
      if (expects === 'key') {
        key = text;
        TOKEN.lastIndex = at;
        if (TOKEN.exec(source)?.[1] !== ':') return undefined;
        at = TOKEN.lastIndex;
        expects = 'value';
      } else if (expects === 'value') value(text.trim());
      else return undefined;
      mayEnd = false;
    } else if (word !== undefined) {
      if (expects !== 'value') return undefined;
      value(word === 'null' ? '' : word);
      mayEnd = false;
    } else if (sign === '{' || sign === '[') {
      if (expects !== 'value') return undefined;
      if (level?.isArray) flushRow(level);
      levels.push({ path: pathHere(), isArray: sign === '[', index: 0, row: [] });
      expects = sign === '[' ? 'value' : 'key';
      mayEnd = true;
    } else if (sign === '}' || sign === ']') {
      if (!level || level.isArray !== (sign === ']') || (expects !== 'after' && !mayEnd)) return undefined;
      flushRow(level);
      levels.pop();
      expects = 'after';
      mayEnd = false;
    } else if (sign === ',') {
      if (!level || expects !== 'after') return undefined;
      level.index++;
      expects = level.isArray ? 'value' : 'key';
      mayEnd = false;
    } else return undefined;
    if (levels.length === 0) {
      // The next document of a file with one a line; a blank line parts them.
      expects = 'value';
      mayEnd = true;
      if (lines.at(-1) !== '') lines.push('');
    }
  }
  REST.lastIndex = at;
  if (levels.length > 0 || !REST.test(source)) return undefined;
  return lines.join('\n').trimEnd();
}

function endOf(path: string, chars: number): string {
  return `…${path.slice(-chars)}`;
}

function labelled(path: string, text: string): string {
  return path === '' ? text : `${path}: ${text}`;
}

function join(path: string, key: string): string {
  const name = KEY.test(key) || key.includes(' ') ? key : JSON.stringify(key);
  return path === '' ? name : `${path}.${name}`;
}

function unescapeJson(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw.replace(/\p{Cc}/gu, ' ')}"`));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
