import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { drop, fileRow, hold, register, search, untilReady } from '#testing/browser/visit.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);
const newFolder = tempFolders();

test.skipIf(!browser)('files and folders that are dropped are added, and found', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const folder = await newFolder();
  await mkdir(join(folder, 'minutes', 'older'), { recursive: true });
  const texts = {
    'lighthouse.txt': 'The lighthouse keeper polishes the lens every Thursday.',
    'minutes/budget.md': '# Budget\n\nThe new roof was paid from the reserve.',
    'minutes/older/harbour.txt': 'The harbour freezes in a hard winter.',
    'minutes/.hidden.txt': 'Nobody means to add this.',
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);

  await drop(tab, [join(folder, 'lighthouse.txt'), join(folder, 'minutes')]);
  await untilReady(tab, ['lighthouse.txt', 'budget.md', 'harbour.txt']);
  expect(await fileRow(tab, '.hidden.txt').count()).toBe(0);

  await search(tab, 'who polishes the lens');
  await tab.locator('.result', { hasText: 'lighthouse.txt' }).getByText('every Thursday').waitFor();
  await search(tab, 'frozen harbour in winter');
  await tab.locator('.result', { hasText: 'harbour.txt' }).first().waitFor();
});

test.skipIf(!browser)('a drop without a file in it is answered, and the page stays', async () => {
  const { tab } = await visit(url);
  await register(tab);
  await drop(tab, [await newFolder()]);
  await tab.getByText('Nothing was added: there were no files in what you dropped.').waitFor();
  expect(tab.url()).toBe(`${url}/`);
});

test.skipIf(!browser)('while files are held over the page it shows where they go', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const held = await hold(tab, [await newFolder()]);
  await tab.locator('#drop.over').waitFor();
  await held.drop();
  await tab.locator('#drop:not(.over)').waitFor();
});
