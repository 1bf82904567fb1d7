import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { register, SETTLES_WITHIN_MS } from '#testing/browser/visit.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);

test.skipIf(!browser)('a Drive is connected, and its count follows when one of its files is deleted', async () => {
  const { tab } = await visit(url);
  await register(tab);
  await tab.getByRole('button', { name: 'Connect Drive' }).click();
  await tab.locator('input[name=account]').fill(`${randomBytes(6).toString('hex')}@drive.example`);
  await tab.getByRole('button', { name: 'Allow' }).click();
  await tab.getByRole('link', { name: 'Back to your files' }).click();
  await tab.getByText('In sync').waitFor({ timeout: SETTLES_WITHIN_MS });
  const count = async () => Number(/(\d+) files?$/.exec((await tab.locator('#drive-facts').textContent()) ?? '')?.[1]);
  const before = await count();
  expect(before).toBeGreaterThan(1);

  await tab.locator('li.file .file-delete').first().click();
  await tab.getByRole('button', { name: 'Delete', exact: true }).click();
  await tab.getByText('was deleted').waitFor({ state: 'attached' });
  // Asked at once, not with the next look a quarter of a minute later.
  await expect.poll(count, { timeout: 5_000 }).toBe(before - 1);
});
