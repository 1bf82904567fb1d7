import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '#localstack/process/ports.ts';
import { createKillableSystem, type KillableSystem } from '#localstack/testing/killable-system.ts';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { drop, fileRow, register, SETTLES_WITHIN_MS, untilReady } from '#testing/browser/visit.ts';
import { tempFolders } from '#testing/temp-folders.ts';

const browser = findBrowser();
const visit = useBrowser(browser);
const newFolder = tempFolders();
const settings: Record<string, string> = {};
let system: KillableSystem;

/** Starts it with the store at an address of its own. */
async function startWithStoreElsewhere(): Promise<void> {
  settings.S3_PORT = String(await findFreePort('127.0.0.1'));
  await system.start();
}

beforeAll(async () => {
  if (!browser) return;
  system = await createKillableSystem(settings);
  await startWithStoreElsewhere();
});
afterAll(() => system?.remove());

async function fileOf(content: string, name: string): Promise<string> {
  const path = join(await newFolder(), name);
  await writeFile(path, content);
  return path;
}

const tryAgain = (tab: Page, name: string) => tab.getByRole('button', { name: `Try again: ${name}` });

test.skipIf(!browser)('a tab that stays open over restarts goes on', async () => {
  const { tab } = await visit(system.url.replace('127.0.0.1', 'localhost'));
  await register(tab);

  await system.kill();
  await drop(tab, [await fileOf('It was said while nobody listened.', 'meanwhile.txt')]);
  await fileRow(tab, 'meanwhile.txt').getByText('The server is not responding').waitFor();
  await system.start();
  await tryAgain(tab, 'meanwhile.txt').click();
  await untilReady(tab, ['meanwhile.txt']);
  await tab.getByText('The server is not responding. Retrying').waitFor({ state: 'detached' });

  // The page's policy names the address that the store had.
  await system.kill();
  await startWithStoreElsewhere();
  await drop(tab, [await fileOf('The store has moved to the other side.', 'small.txt')]);
  await untilReady(tab, ['small.txt']);
  expect(await fileRow(tab, 'small.txt').count()).toBe(1);

  // More than the server takes itself; nothing but white space is read in no time.
  const large = await fileOf(' '.repeat(5 * 1024 ** 2), 'large.txt');
  await drop(tab, [large]);
  await fileRow(tab, 'large.txt').getByText('Reload the page, then add the file again').waitFor();
  const loaded = tab.waitForEvent('load');
  await tab.getByRole('button', { name: 'Reload the page' }).click();
  await loaded;
  await tab.locator('#desk').waitFor();
  await drop(tab, [large]);
  await fileRow(tab, 'large.txt').getByText('no text was found in the file').waitFor({ timeout: SETTLES_WITHIN_MS });
  expect(await fileRow(tab, 'large.txt').count()).toBe(1);
});
