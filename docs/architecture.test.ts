import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const PAGE = readFileSync('docs/architecture.md', 'utf8');
const [, ROOMS_PART = '', WORDS_PART = ''] = /^## The rooms$(.*?)^## .*^## Words$(.*)/ms.exec(PAGE) ?? [];
const inCode = (text: string): string[] => [...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code);
const firstCells = (part: string): string[] => [...part.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell);

/** From the top down, as the page has it; a room imports from the rooms in lines below its own, and from nothing else. */
const ROOMS = firstCells(ROOMS_PART)
  .map(inCode)
  .filter((line) => line.length > 0);

/** Code that stands in one place of the product, and who beside the tests may name it. */
const KEPT_APART: readonly { what: RegExp; at: RegExp; because: string }[] = [
  {
    what: /^shared\/adapters\//,
    at: /^shared\/(adapters\/|runtime\/container|formats\/sandbox\/tools\.ts)|^(model-server|localstack|bench)\//,
    because: 'Only the container builds adapters; depend on the port in shared/ports.',
  },
  {
    what: /^(@aws-sdk\/|@qdrant\/|ioredis$|@xenova\/|googleapis$|tesseract\.js$|nodemailer$)/,
    at: /^shared\/adapters\/|^(localstack|bench|testing)\//,
    because: "A vendor's library stays in its adapter.",
  },
  {
    what: /^aws-lambda$/,
    at: /^shared\/runtime\/|^(functions|localstack|testing)\//,
    because: 'What Lambda looks like is known to the handlers and their wrappers alone.',
  },
  { what: /^pg$/, at: /^shared\/db\/|^(localstack|bench|testing)\//, because: 'The pool is made in shared/db.' },
  { what: /^kysely(\/|$)/, at: /^(shared\/db|bench|testing)\//, because: 'Statements stand in shared/db.' },
];

const IMPORT = /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.split('/').slice(0, -1).includes('testing');

const ALIASES = Object.entries(packageJson.imports).map(([from, to]) => [from.slice(0, -1), to.slice(2, -1)] as const);
const SOURCES = globSync('*/**/*.{ts,js}', { exclude: ['node_modules/**', 'models/**'] });

/** The file of the project that an import names, or else the package. */
function targetOf(importer: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(importer), specifier));
  for (const [from, to] of ALIASES) if (specifier.startsWith(from)) return to + specifier.slice(from.length);
  return specifier;
}

const TEXTS = new Map(SOURCES.map((path) => [path, readFileSync(path, 'utf8')] as const));
const IMPORTS = new Map(
  [...TEXTS].map(([path, text]) => {
    const matches = text.matchAll(IMPORT);
    return [path, [...matches].map((match) => targetOf(path, match[1] ?? match[2] ?? ''))] as const;
  }),
);

function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'shared' ? `shared/${second}` : top;
}

/** Lines of it, from the top; -1 for a folder that is in none. */
const lineOf = (room: string): number => ROOMS.findIndex((line) => line.includes(room));

it('the page names files that are there', () => {
  const paths = inCode(PAGE).filter((code) => /^(shared|functions|infra|localstack)\/[\w./-]+$/.test(code));
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('the order of the stages names files that are there', () => {
  const readme = inCode(readFileSync('shared/pipeline/README.md', 'utf8')).filter((code) => code.endsWith('.ts'));
  const names = new Set(globSync('shared/pipeline/**/*.ts').map((path) => basename(path)));
  expect(readme.length).toBeGreaterThan(8);
  expect(readme.filter((name) => !names.has(name))).toEqual([]);
});

it('the page explains words that the code uses', () => {
  const words = firstCells(WORDS_PART).flatMap(inCode);
  expect(words.length).toBeGreaterThan(20);
  const product = [...TEXTS].filter(([path]) => path.startsWith('shared/') && !isTest(path)).map(([, text]) => text);
  expect(words.filter((word) => !product.some((text) => text.includes(word)))).toEqual([]);
});

it('every folder is a room of the table', () => {
  const rooms = new Set(SOURCES.map(roomOf));
  expect(ROOMS.length).toBeGreaterThan(20);
  expect([...rooms].filter((room) => lineOf(room) === -1)).toEqual([]);
});

it('a room imports from rooms below it alone', () => {
  const upward = [...IMPORTS]
    .filter(([path]) => !path.endsWith('.test.ts') && !(isTest(path) && roomOf(path) !== 'testing'))
    .flatMap(([path, targets]) =>
      targets
        .filter((target) => IMPORTS.has(target) && roomOf(target) !== roomOf(path))
        .filter((target) => lineOf(roomOf(target)) <= lineOf(roomOf(path)))
        .map((target) => `${path} imports ${target}`),
    );
  expect(upward).toEqual([]);
});

it('nothing but tests, benches and samples imports what is for tests', () => {
  const wrong = [...IMPORTS]
    .filter(([path]) => !isTest(path) && !/^(bench|samples)\//.test(path))
    .flatMap(([path, targets]) => targets.filter(isTest).map((target) => `${path} imports ${target}`));
  expect(wrong).toEqual([]);
});

it('no files import each other in a circle', () => {
  const open = new Set<string>();
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (open.has(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (open.has(path) || done.has(path)) return;
    open.add(path);
    for (const target of IMPORTS.get(path) ?? []) if (IMPORTS.has(target)) visit(target, [...way, path]);
    open.delete(path);
    done.add(path);
  };
  for (const path of SOURCES) visit(path, []);
  expect(circles).toEqual([]);
});

it.each(KEPT_APART)('$because', ({ what, at }) => {
  const wrong = [...IMPORTS]
    .filter(([path]) => !isTest(path) && !at.test(path))
    .flatMap(([path, targets]) => targets.filter((target) => what.test(target)).map((target) => `${path}: ${target}`));
  expect(wrong).toEqual([]);
});

it('no statement is built outside shared/db, not even on a connection from there', () => {
  const building = /\.(selectFrom|insertInto|updateTable|deleteFrom|mergeInto)\(/;
  const wrong = SOURCES.filter((path) => !isTest(path) && !/^(shared\/db|bench|testing)\//.test(path));
  expect(wrong.filter((path) => building.test(readFileSync(path, 'utf8')))).toEqual([]);
});
