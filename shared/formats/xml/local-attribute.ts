import type { Attributes } from './read-xml.ts';

/** The value of an attribute, whatever the prefix: `w:val` is what Word writes, and other programs choose their own. */
export function localAttribute(attributes: Attributes, name: string): string | undefined {
  const ending = `:${name}`;
  for (const key in attributes) if (key === name || key.endsWith(ending)) return attributes[key];
  return undefined;
}
