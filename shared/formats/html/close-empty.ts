const EMPTY =
  /<(title|script|style|iframe|textarea|object|canvas|audio|video|a|p|div|span|i|b|em|strong|li|td|th|tr|ul|ol)(\s[^<>]{0,500})?\/>/gi;

/** XHTML may close any element at once, which a reader of HTML takes for an opened one. */
export function closeEmpty(source: string): string {
  return source.replace(EMPTY, '<$1$2></$1>');
}
