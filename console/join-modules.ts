import { posix } from 'node:path';

const IMPORT = /^import \{([^}]*)\} from '(\.\/[^']+)';\n/gm;
const EXPORT = /^export (?=(?:async )?function |const |class )/gm;

/**
 * Joins a browser module and those it imports into one, dependencies first, so that a page can hold its script without
 * a bundler and without further requests. The modules share one scope then, so their top-level names must differ;
 * otherwise the browser refuses the whole.
 * @param read the source of a module by its name relative to the first one's folder
 * @throws Error for module syntax other than `import { a } from './b.js'` and `export` before a declaration
 */
export function joinModules(entry: string, read: (name: string) => string): string {
  const joined = new Map<string, string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    if (joined.has(name)) return;
    if (visiting.has(name)) throw new Error(`${name} imports itself by way of others`);
    visiting.add(name);
    const source = read(name);
    for (const [statement, names = '', target = ''] of source.matchAll(IMPORT)) {
      if (/\sas\s/.test(names)) throw new Error(`${name} renames what it imports: ${statement}`);
      visit(posix.join(posix.dirname(name), target));
    }
    joined.set(name, withoutModuleSyntax(name, source));
  };
  visit(entry);
  return [...joined].map(([name, source]) => `// ${name}\n${source.trim()}\n`).join('\n');
}

function withoutModuleSyntax(name: string, source: string): string {
  const plain = source.replaceAll(IMPORT, '').replaceAll(EXPORT, '');
  const left = /^(?:import|export)\b.*$/m.exec(plain)?.[0];
  if (left !== undefined) throw new Error(`${name} has module syntax that cannot be joined: ${left}`);
  return plain;
}
