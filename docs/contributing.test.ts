import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const page = await readFile('CONTRIBUTING.md', 'utf8');
const launches = await readFile('.vscode/launch.json', 'utf8');
const inCode = [...page.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
const OF_NPM = ['install', 'exec'];

it('has only commands that there are', async () => {
  const commands = [...blocks, ...inCode.filter((code) => /^np[mx] /.test(code))];
  const scripts = commands.flatMap((command) => /^npm (?:run )?(\S+)/.exec(command)?.[1] ?? []);
  expect(scripts).toEqual(expect.arrayContaining(['dev', 'seed', 'check', 'settings', 'test:slow']));
  const known = [...Object.keys(packageJson.scripts), ...OF_NPM];
  expect(scripts.filter((script) => !known.includes(script))).toEqual([]);
  const tests = commands.flatMap((command) => /^npx vitest run (\S+)/.exec(command)?.[1] ?? []);
  expect(tests.length).toBeGreaterThan(2);
  for (const path of tests) await access(path);
});

it('names files that are there', async () => {
  // What is in capitals is the reader's to fill in.
  const paths = inCode.filter((code) => /^\.?[\w-]+\/[\w./-]*$/.test(code) && !/\/[A-Z]+\b/.test(code));
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) await access(path);
});

it('turns on a hook that can be executed', async () => {
  const folder = blocks
    .find((line) => line.startsWith('git config core.hooksPath '))
    ?.split(' ')
    .at(-1);
  await access(`${folder}/pre-commit`, constants.X_OK);
  expect(await readFile(`${folder}/pre-commit`, 'utf8')).toContain('npm run --silent check');
});

it('has debuggers that start commands that there are', () => {
  const { configurations } = JSON.parse(launches) as { configurations: { runtimeArgs: string[] }[] };
  const started = configurations.map(({ runtimeArgs: [verb = '', name = ''] }) => (verb === 'run' ? name : verb));
  expect(started).toEqual(['dev', 'exec']);
});
