import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { drop, register, untilReady } from '#testing/browser/visit.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);
const newFolder = tempFolders();

test.skipIf(!browser)('what is typed so far is searched for, as one step of the history', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const folder = await newFolder();
  await writeFile(join(folder, 'bees.txt'), 'The bees swarm in May when the lime trees bloom.');
  await drop(tab, [join(folder, 'bees.txt')]);
  await untilReady(tab, ['bees.txt']);

  const query = tab.getByPlaceholder('What are you looking for?');
  const marked = tab.locator('.result mark', { hasText: 'swarm' });
  await query.pressSequentially('bees swa');
  await marked.waitFor();
  await query.pressSequentially('rm');
  await expect.poll(() => tab.evaluate('sessionStorage.getItem("omnirag.places")')).toContain('"bees swarm"');
  await query.press('Enter');
  await marked.waitFor();
  await tab.goBack();
  await expect.poll(() => tab.locator('.result').count()).toBe(0);
  expect(await query.inputValue()).toBe('');
});
