import { expect, test } from 'vitest';
import { joinModules } from './join-modules.ts';

function join(files: Record<string, string>): string {
  return joinModules('main.js', (name) => {
    const source = files[name];
    if (source === undefined) throw new Error(`no ${name}`);
    return source;
  });
}

test('each module stands once, after those it imports', () => {
  const joined = join({
    'main.js': "import { b } from './b.js';\nimport {\n  c,\n  d,\n} from './c.js';\nb(c, d);\n",
    'b.js': "import { c } from './c.js';\nexport function b() {\n  return c;\n}\n",
    'c.js': 'export const c = 1;\nexport const d = 2;\nexport class E {}\nexport async function f() {}\n',
  });
  expect(joined).not.toMatch(/^(import|export)/m);
  expect(joined.match(/const c = 1;/g)).toHaveLength(1);
  expect(joined.indexOf('const c')).toBeLessThan(joined.indexOf('function b'));
  expect(joined.indexOf('function b')).toBeLessThan(joined.indexOf('b(c, d)'));
});

test('words that only look like module syntax stay', () => {
  const source = "const text = 'export const x';\n// import { a } from './nowhere.js';\n";
  expect(join({ 'main.js': source })).toContain(source.trim());
});

test.each([
  ['a renamed import', "import { a as b } from './a.js';\n"],
  ['a default export', 'export default 1;\n'],
  ['a list of exports', 'const a = 1;\nexport { a };\n'],
  ['an import of everything', "import * as a from './a.js';\n"],
  ['a package', "import { z } from 'zod';\n"],
])('%s is refused', (_, source) => {
  expect(() => join({ 'main.js': source, 'a.js': 'export const a = 1;\n' })).toThrow('main.js');
});

test('a circle of imports is refused', () => {
  expect(() =>
    join({
      'main.js': "import { a } from './a.js';\nexport const m = a;\n",
      'a.js': "import { m } from './main.js';\nexport const a = m;\n",
    }),
  ).toThrow('imports itself');
});
