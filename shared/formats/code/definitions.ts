import type { Heading } from '../format.ts';

/** Words that may stand before what is defined. */
const MODIFIERS = String.raw`(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|sealed|open|override|virtual|inline|extern|unsafe|pub(?:\([^)]*\))?|data|partial|declare|const|suspend)\s+)*`;
const TYPE = `(?:class|interface|struct|enum|trait|impl|module|namespace|object|record|protocol|extension|type|contract|package)`;
const CALLABLE = String.raw`(?:function\s*\*?|def|fn|func|fun|sub|proc|defp|defmodule|macro_rules!|message|service|resource)`;
/** `class Pump`, `def start(self)`, `pub fn open<T>(…)`, `func (p *Pump) Start()`. */
const NAMED = new RegExp(
  String.raw`^(\s*)${MODIFIERS}(?:${TYPE}|${CALLABLE})\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$.:]*)`,
  'u',
);
/** `CREATE TABLE pumps`. */
const SQL =
  /^()\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view|function|procedure|trigger|type)\s+(?:if\s+not\s+exists\s+)?([\w."`[\]]+)/iu;
/** `const start = async (…) =>`. */
const ARROW =
  /^()(?:export\s+)?(?:const|let)\s+([\p{L}_$][\p{L}\p{N}_$]*)(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?(?:\([^)]*\)|[\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=]+)?=>/u;
const LONGEST_LINE = 400;
/** Definitions deeper inside belong to the one around them. */
const DEEPEST = 8;

/**
 * Where functions, types and the like begin, by their lines alone: the languages agree on enough words for that. One
 * inside another is a heading below it. A comment or decorator right above belongs to what it stands before.
 */
export function findDefinitions(text: string): Heading[] {
  const headings: Heading[] = [];
  let offset = 0;
  // Where the comments and decorators begin that end right above the present line.
  let preamble: number | undefined;
  for (const line of text.split('\n')) {
    const match = line.length > LONGEST_LINE ? null : (NAMED.exec(line) ?? SQL.exec(line) ?? ARROW.exec(line));
    const indent = (match?.[1] ?? '').replace(/\t/g, '    ').length;
    if (match?.[2] !== undefined && indent <= DEEPEST) {
      headings.push({ offset: preamble ?? offset, level: indent === 0 ? 1 : indent <= 4 ? 2 : 3, title: match[2] });
      preamble = undefined;
    } else if (/^\s*(?:\/\/|\/\*|\*|#|--|;|@|\[|"""|''')/.test(line)) preamble ??= offset;
    else preamble = undefined;
    offset += line.length + 1;
  }
  return headings;
}
