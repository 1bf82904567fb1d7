import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors/app-error.ts';
import { detectType } from '#shared/formats/detect-type.ts';
import { extractWindows } from '#shared/formats/extract-windows.ts';
import type { Bench, BenchRow } from './bench.ts';
import { compareWords, type Reading, type WordCounts } from './readers/compare-words.ts';

const SCRIPT = fileURLToPath(new URL('./readers/read.py', import.meta.url));
const OURS = 'OmniRAG';
const KINDS = ['pdf', 'docx', 'xlsx', 'pptx', 'msg', 'eml', 'rtf', 'html', 'odt', 'ods', 'odp'];
const HEAD_BYTES = 65_536;

/** What other well-kept readers find in the same files. They are a yardstick, and nothing the product needs. */
export const readers: Bench = {
  name: 'readers',
  description:
    'words missed and invented beside other readers; OMNIRAG_PYTHON has them, OMNIRAG_READER_FILES names folders, with colons between',
  onlyByName: true,
  async run(say) {
    const { OMNIRAG_PYTHON: python, OMNIRAG_READER_FILES: folders } = process.env;
    if (!python || !folders) throw new Error('Set OMNIRAG_PYTHON and OMNIRAG_READER_FILES; see bench/readers/read.py.');
    const paths = folders.split(':').flatMap(filesBelow);
    say(`${paths.length} files`);
    const others = await readWithOthers(python, paths, say);
    const tallies = new Map<string, Map<string, WordCounts>>();
    const tables = { rows: 0, found: 0 };
    const failures: string[] = [];
    for (const [at, path] of paths.entries()) {
      if (at % 20 === 0) say(`${at} of ${paths.length} files are read`);
      const text = await readOurs(path).catch((error: unknown) => {
        failures.push(`${path.split('/').at(-1)} ${error instanceof AppError ? error.code : String(error)}`);
        return undefined;
      });
      const found = others.get(path) ?? [];
      if (text === undefined || found.length === 0) continue;
      addTo(tallies, kindOf(path), compareWords([{ reader: OURS, text }, ...found]));
      for (const row of found.flatMap(({ rows }) => rows ?? [])) {
        const cells = row.filter((cell) => cell !== '');
        if (cells.length < 2) continue;
        tables.rows += 1;
        if (text.split('\n').some((line) => holdsCells(line, cells))) tables.found += 1;
      }
    }
    const rows = [...tallies].flatMap(([kind, counts]) => rowsOf(kind, counts));
    rows.push({
      name: 'pdf: rows of tables that pdfplumber finds, in one row with us',
      value: percent(tables.found, tables.rows),
      unit: '%',
    });
    return { rows, notes: failures.length > 0 ? [`Not read by us: ${failures.join(', ')}`] : [] };
  },
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && KINDS.includes(kindOf(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

const kindOf = (path: string): string => extname(path).slice(1).toLowerCase();

interface OthersReading extends Reading {
  rows?: string[][];
}

async function readWithOthers(
  python: string,
  paths: readonly string[],
  say: (line: string) => void,
): Promise<Map<string, OthersReading[]>> {
  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(`${paths.join('\n')}\n`);
  const readings = new Map<string, OthersReading[]>();
  for await (const line of createInterface({ input: child.stdout })) {
    const { file, reader, text, rows, error } = JSON.parse(line) as { file: string; error?: string } & OthersReading;
    if (error !== undefined) {
      say(`${reader} could not read ${file.split('/').at(-1)}: ${error}`);
      continue;
    }
    readings.set(file, [...(readings.get(file) ?? []), { reader, text, ...(rows ? { rows } : {}) }]);
  }
  return readings;
}

async function readOurs(path: string): Promise<string> {
  const { contentType } = await detectType({ filename: path, head: readFileSync(path).subarray(0, HEAD_BYTES) });
  const texts: string[] = [];
  const limits = { windowTimeoutMs: 120_000, memoryMb: 800 };
  for await (const { pages } of extractWindows({ path, contentType, firstPage: 1, windowPages: 50, limits })) {
    texts.push(...pages.map(({ text }) => text));
  }
  return texts.join('\n');
}

/** Whether a row of ours has these cells in this order, cut nowhere else. */
function holdsCells(line: string, cells: readonly string[]): boolean {
  const own = line.split(' | ').map((cell) => cell.replace(/\s+/g, ' ').trim());
  let at = 0;
  for (const cell of own) if (cell === cells[at]) at += 1;
  return at === cells.length;
}

function addTo(tallies: Map<string, Map<string, WordCounts>>, kind: string, counts: Map<string, WordCounts>): void {
  const tally = tallies.get(kind) ?? new Map<string, WordCounts>();
  tallies.set(kind, tally);
  for (const [reader, more] of counts) {
    const sum = tally.get(reader) ?? { words: 0, missed: 0, invented: 0, own: 0 };
    tally.set(reader, {
      words: sum.words + more.words,
      missed: sum.missed + more.missed,
      invented: sum.invented + more.invented,
      own: sum.own + more.own,
    });
  }
}

function rowsOf(kind: string, counts: Map<string, WordCounts>): BenchRow[] {
  return [...counts].flatMap(([reader, { words, missed, invented, own }]) => [
    { name: `${kind}, ${reader}: missed`, value: percent(missed, words), unit: '%' },
    { name: `${kind}, ${reader}: invented`, value: percent(invented, own), unit: '%' },
  ]);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
