import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { drop, fileRow, register, untilReady } from '#testing/browser/visit.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);
const newFolder = tempFolders();

test.skipIf(!browser)('an upload that was cut off is sent again, and nothing is left of the first try', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const path = join(await newFolder(), 'cut-off.txt');
  await writeFile(path, 'The ferry was late again.');
  // Neither the store nor the server is reached once the file is announced.
  await tab.route('**/*', (route) =>
    ['PUT', 'DELETE'].includes(route.request().method()) ? route.abort('connectionrefused') : route.continue(),
  );
  await drop(tab, [path]);
  const again = tab.getByRole('button', { name: 'Try again: cut-off.txt' });
  await again.waitFor();
  await tab.unroute('**/*');
  await again.click();
  await untilReady(tab, ['cut-off.txt']);

  await tab.reload();
  await untilReady(tab, ['cut-off.txt']);
  expect(await fileRow(tab, 'cut-off.txt').count()).toBe(1);
});
