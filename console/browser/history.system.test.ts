import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { drop, fileRow, register, search, untilReady } from '#testing/browser/visit.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);
const newFolder = tempFolders();

const query = (tab: Page) => tab.getByPlaceholder('What are you looking for?');
const reader = (tab: Page) => tab.locator('#reader[open]');
const hit = (tab: Page, text: string) => tab.locator('.result', { hasText: text }).first();

test.skipIf(!browser)('Back closes what is open, then shows the search before, and stays in the page', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const folder = await newFolder();
  await writeFile(join(folder, 'bees.txt'), 'The bees swarm in May when the lime trees bloom.');
  await writeFile(join(folder, 'tides.txt'), 'The tide gauge stands at the north pier.');
  await drop(tab, [join(folder, 'bees.txt'), join(folder, 'tides.txt')]);
  await untilReady(tab, ['bees.txt', 'tides.txt']);

  await search(tab, 'bees swarm');
  await hit(tab, 'lime trees').waitFor();
  await search(tab, 'tide gauge');
  await hit(tab, 'north pier').getByRole('button').click();
  await reader(tab).locator('.passage').waitFor();

  await tab.goBack();
  await reader(tab).waitFor({ state: 'detached' });
  expect(await query(tab).inputValue()).toBe('tide gauge');
  await tab.goBack();
  await hit(tab, 'lime trees').waitFor();
  expect(await query(tab).inputValue()).toBe('bees swarm');
  await tab.goBack();
  await expect.poll(() => tab.locator('.result').count()).toBe(0);
  expect([tab.url(), await query(tab).inputValue()]).toEqual([`${url}/`, '']);

  for (const _ of ['bees', 'tides', 'the reader']) await tab.goForward();
  await reader(tab).locator('.passage').waitFor();
  await tab.reload();
  await reader(tab).getByText('north pier').waitFor();
  await tab.getByRole('button', { name: 'Close' }).click();
  await reader(tab).waitFor({ state: 'detached' });
  await hit(tab, 'north pier').waitFor();
  // Closed by hand it is no step any more.
  await expect.poll(() => tab.evaluate('sessionStorage.getItem("omnirag.places")')).toContain('tide gauge');
  await tab.goBack();
  await hit(tab, 'lime trees').waitFor();
});

test.skipIf(!browser)('Back is a No to a question', async () => {
  const { tab } = await visit(url);
  await register(tab);
  const path = join(await newFolder(), 'kept.txt');
  await writeFile(path, 'Keep this.');
  await drop(tab, [path]);
  await untilReady(tab, ['kept.txt']);
  await tab.getByRole('button', { name: 'Delete kept.txt' }).click();
  await tab.locator('#question[open]').waitFor();
  await tab.goBack();
  await tab.locator('#question[open]').waitFor({ state: 'detached' });
  expect([tab.url(), await fileRow(tab, 'kept.txt').count()]).toEqual([`${url}/`, 1]);
});

test.skipIf(!browser)('who signs in after somebody does not come to see by Back what they searched', async () => {
  const { tab } = await visit(url);
  await register(tab);
  await search(tab, 'my secret illness');
  await tab.getByText('Nothing to search yet').waitFor();
  await search(tab, 'something harmless');
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await register(tab);
  await tab.goBack();
  await tab.getByText('Nothing to search yet').waitFor();
  expect(await query(tab).inputValue()).toBe('');
  expect(await tab.evaluate('JSON.stringify([sessionStorage, localStorage, history.state])')).not.toContain('illness');
});
