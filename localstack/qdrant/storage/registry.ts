import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Which collections there are, under which file, and which aliases name them. */
export interface RegistryContent {
  version: 1;
  /** Collection name → name of its log. */
  collections: [string, string][];
  /** Alias → collection name. */
  aliases: [string, string][];
}

/** Reads the registry; a folder without one is empty. @throws Error when the file is not a registry */
export async function readRegistry(path: string): Promise<RegistryContent> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { version: 1, collections: [], aliases: [] };
    }
    throw error;
  }
  const content = JSON.parse(text) as RegistryContent;
  if (content.version !== 1) throw new Error(`${path} was written by another version (${String(content.version)}).`);
  return content;
}

/** Replaces the registry atomically and durably. */
export async function writeRegistry(path: string, content: RegistryContent): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(JSON.stringify(content));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}
