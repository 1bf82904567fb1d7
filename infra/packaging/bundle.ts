import { cp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Folders that the code reads at run time; they stand in the package where they stand in the repository. */
const ASSETS = ['console/page'];

/**
 * Never reached in a bundled function: the in-process model and the decoders of pictures are imported on demand, and
 * functions that do so are images.
 * pg-native is an option of pg that is not installed.
 */
const EXTERNAL = ['@xenova/transformers', 'onnxruntime-node', 'sharp', '@napi-rs/canvas', 'pg-native'];

/** Dependencies that are CommonJS call `require`, which an ES module has to make for itself. */
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/**
 * Makes an ES module of each handler file, self-contained with the chunks they share, for Lambda's Node runtime, which
 * reads no TypeScript.
 *
 * @param handlers paths without ending, each two folders deep, e.g. `functions/auth/login`
 */
export async function bundleHandlers(projectDir: string, outDir: string, handlers: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: projectDir,
    entryPoints: handlers.map((handler) => ({ in: `${handler}.ts`, out: handler })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Shared code is packed once, and what is imported on demand stays apart, so that its packages may be missing.
    splitting: true,
    chunkNames: 'functions/chunks/[name]-[hash]',
    minify: true,
    keepNames: true,
    external: EXTERNAL,
    banner: { js: REQUIRE },
    plugins: [keepFileAddresses(projectDir)],
    logLevel: 'error',
  });
  for (const folder of ASSETS) await cp(join(projectDir, folder), join(outDir, folder), { recursive: true });
}

/** A file that reads what lies beside it goes on to find it, although it is inside a bundle two folders deep now. */
function keepFileAddresses(projectDir: string): Plugin {
  return {
    name: 'keep-file-addresses',
    setup(bundling) {
      bundling.onLoad({ filter: /\/(shared|console)\/.*\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes('import.meta.url')) return undefined;
        const address = `new URL(${JSON.stringify(`../../${relative(projectDir, path)}`)}, import.meta.url).href`;
        return { contents: source.replaceAll('import.meta.url', address), loader: 'ts' };
      });
    },
  };
}
