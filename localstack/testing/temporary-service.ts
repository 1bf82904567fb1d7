import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A service in a folder of its own, for tests of the local cloud that are not about the product's functions. */
export interface TemporaryService {
  dir: string;
  remove(): Promise<void>;
}

/** @param files texts by path; `serverless.yml` among them */
export async function writeTemporaryService(files: Record<string, string>): Promise<TemporaryService> {
  const dir = await mkdtemp(join(tmpdir(), 'omnirag-service-'));
  const everything = { 'package.json': '{"type": "module"}', ...files };
  for (const [path, text] of Object.entries(everything)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  await symlink(modules, join(dir, 'node_modules'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
