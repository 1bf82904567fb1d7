import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { consolePageMaker } from './console-page.ts';
import { readPageAsset } from './page-asset.ts';

const settings = { publicUrl: 'https://docs.example.com', connectTo: ['https://files.example.com'] };
const { html, policy } = consolePageMaker()(settings);

function inside(element: 'script' | 'style', page = html): string {
  return new RegExp(`<${element}(?: type="module")?>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? '';
}

test('the script is one module that a browser can parse', () => {
  const script = inside('script');
  expect(script).toContain('// main.js');
  // In a strict block, as in a module, no name may be declared twice.
  expect(() => new Script(`'use strict'; {\n${script}\n}`)).not.toThrow();
});

test('every module of the page is in the script', () => {
  const modules = readdirSync(new URL('./page', import.meta.url)).filter((name) => name.endsWith('.js'));
  const missing = modules.filter((name) => !inside('script').includes(`// ${name}\n`));
  expect(missing).toEqual(['types.js']);
});

test('the policy allows exactly the script and the style that stand in the page', () => {
  for (const element of ['script', 'style'] as const) {
    const hash = createHash('sha256').update(inside(element)).digest('base64');
    expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self' https://files.example.com;");
  expect(policy).not.toMatch(/unsafe|\*/);
});

test('the page needs nothing that the policy forbids', () => {
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toMatch(/\son[a-z]+="|\sstyle="|javascript:|@import (?:url|["'])/i);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//i);
});

test('no data becomes markup', () => {
  expect(inside('script')).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

test('every element that the script asks for is in the page', () => {
  const asked = [...inside('script').matchAll(/(?:byId|copyOf)\('([^']+)'/g)].map(([, id]) => id);
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.filter((id) => !html.includes(`id="${id}"`))).toEqual([]);
});

test('settings are escaped and no placeholder is left', () => {
  const hostile = `https://example.com/"><script>alert(1)</script>`;
  const page = consolePageMaker()({ ...settings, publicUrl: hostile });
  expect(page.html).not.toContain('<script>alert');
  expect(html).toContain('content="https://docs.example.com"');
  expect(html).toMatch(/\.pdf, \.docx/);
  expect(html).not.toMatch(/\[\[\w+\]\]/);
});

test('dollar signs in the sources arrive as they are', () => {
  const template = /`[^`\n]*\$\{[^`\n]*`/.exec(readPageAsset('format.js'))?.[0] ?? '';
  expect(template).not.toBe('');
  expect(inside('script')).toContain(template);
});

test('the browser code fits the types of the interface it calls', async () => {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc');
  const project = fileURLToPath(new URL('./page/tsconfig.json', import.meta.url));
  const checked = await promisify(execFile)(process.execPath, [compiler, '-p', project]).catch(
    (error: { stdout: string }) => error,
  );
  expect(checked.stdout).toBe('');
});
