import { readFileSync } from 'node:fs';

/** @returns the text of a file of the folder `page`, which must stand beside this module wherever it runs */
export function readPageAsset(name: string): string {
  return readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
}
