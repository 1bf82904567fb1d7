import { expect, it } from 'vitest';
import { germanParts } from './compounds.ts';

it.each([
  ['Wartungsvertrag', ['Wartung', 'vertrag']],
  ['Sicherheitsventile', ['Sicherheit', 'ventile']],
  ['QUALITÄTSSICHERUNG', ['QUALITÄT', 'SICHERUNG']],
  ['Universitätsstadt', ['Universität', 'stadt']],
  ['Versicherungsschein', ['Versicherung', 'schein']],
  ['Wartungsvertragsverlängerungsoption', ['Wartung', 'vertragsverlängerung', 'option']],
  ['Sprungschanze', []],
  ['Jungsteinzeit', []],
  ['Leitung', []],
  ['Leitungs', []],
  ['Kühlwasserpumpe', []],
])('%s has the parts %j', (word, parts) => {
  const found = germanParts(word);
  expect(found.map(({ text }) => text)).toEqual(parts);
  for (const { text, start } of found) expect(word.slice(start, start + text.length)).toBe(text);
});
