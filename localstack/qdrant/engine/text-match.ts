const WORD = /[\p{L}\p{N}]+/gu;

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function holdsPhrase(document: readonly string[], phrase: readonly string[]): boolean {
  return document.some((_, start) => phrase.every((word, at) => document[start + at] === word));
}

/**
 * Full-text conditions. Without a text index Qdrant looks for the text as it stands, case included; with one it compares
 * words in lower case.
 */
export function textTest(
  kind: 'text' | 'textAny' | 'phrase' | 'prefix',
  text: string,
  hasTextIndex: boolean,
): (value: string) => boolean {
  if (kind === 'prefix') return (value) => value.startsWith(text);
  if (!hasTextIndex) {
    if (kind !== 'textAny') return (value) => value.includes(text);
    const parts = text.split(/\s+/).filter((part) => part !== '');
    return (value) => parts.some((part) => value.includes(part));
  }
  const wanted = words(text);
  if (wanted.length === 0) return () => false;
  if (kind === 'phrase') return (value) => holdsPhrase(words(value), wanted);
  return (value) => {
    const present = new Set(words(value));
    return kind === 'text' ? wanted.every((word) => present.has(word)) : wanted.some((word) => present.has(word));
  };
}
