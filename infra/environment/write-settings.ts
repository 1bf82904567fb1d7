import { readFile, writeFile } from 'node:fs/promises';
import { EXAMPLE, settingsFiles } from './settings-files.ts';

/** `npm run settings`: writes what is made from the table of settings. */
const PROJECT = new URL('../../', import.meta.url);

const example = await readFile(new URL(EXAMPLE, PROJECT), 'utf8');
for (const [path, text] of Object.entries(settingsFiles(example))) await writeFile(new URL(path, PROJECT), text);
