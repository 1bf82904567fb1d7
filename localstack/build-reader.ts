import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { READER_BUNDLES, READER_SOURCE, readerBundle } from '#shared/formats/sandbox/reader-program.ts';

/** Of other sources: somebody may have begun with them just now. */
const KEPT_MS = 86_400_000;

/** Puts together what the reading process loads, unless that is done already; see `readerProgram`. */
export async function buildReader(): Promise<void> {
  const target = readerBundle();
  const isThere = await utimes(target, new Date(), new Date()).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await removeOld();
  const making = `${target}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await build({
    entryPoints: { child: READER_SOURCE },
    outdir: making,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    minify: true,
    keepNames: true,
    // Inside a bundle a package in CommonJS that is imported on demand has lost its names (yauzl's `openPromise`), and some look
    // for files of their own; taking them in as well saved nothing.
    packages: 'external',
    plugins: [keepAddresses],
    logLevel: 'error',
  });
  await publish(making);
  // Another process may have been first; its work is the same.
  await rename(making, target).catch(() => rm(making, { recursive: true, force: true }));
}

/** A file that names what lies beside it goes on to find it. */
const keepAddresses: Plugin = {
  name: 'keep-addresses',
  setup(bundling) {
    bundling.onLoad({ filter: /\/shared\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};

/** For the readers' own users, whatever the umask says. */
async function publish(folder: string): Promise<void> {
  for (const path of [dirname(READER_BUNDLES), READER_BUNDLES, folder]) await chmod(path, 0o755);
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644);
}

async function removeOld(): Promise<void> {
  const names = await readdir(READER_BUNDLES).catch(() => []);
  for (const name of names) {
    const path = join(READER_BUNDLES, name);
    // Others may clear away the same.
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
