import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { fileRow, newPersonIn } from '#testing/browser/visit.ts';
import { uploadBytes } from '#testing/person.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);

test.skipIf(!browser)('deleting far down keeps the place, and the keyboard goes on in the next row', async () => {
  const { tab } = await visit(url);
  const person = await newPersonIn(tab);
  const names = Array.from({ length: 30 }, (_, n) => `note-${String(n).padStart(2, '0')}.txt`);
  for (const name of names) await uploadBytes(person, name, `This is ${name}.`);
  await tab.reload();
  // The newest stand first.
  await fileRow(tab, 'note-02.txt').scrollIntoViewIfNeeded();
  const before = Number(await tab.evaluate('scrollY'));
  expect(before).toBeGreaterThan(300);

  await tab.getByRole('button', { name: 'Delete note-03.txt' }).focus();
  for (const name of ['note-03.txt', 'note-02.txt']) {
    await tab.keyboard.press('Enter');
    await tab.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => fileRow(tab, name).count()).toBe(0);
    await tab.locator('#question[open]').waitFor({ state: 'detached' });
  }
  await expect.poll(() => tab.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Delete note-01.txt');
  const after = Number(await tab.evaluate('scrollY'));
  // Two rows less leave that much less to scroll.
  expect(before - after).toBeLessThan(250);
});

test.skipIf(!browser)('what waits for its turn says so', async () => {
  const { tab } = await visit(url);
  const person = await newPersonIn(tab);
  const file = await uploadBytes(person, 'queued.txt', 'It waits.');
  // As the server shows it while its turn has not come.
  await tab.route('**/files?*', async (route) => {
    const answer = await route.fetch();
    const { items, nextCursor } = (await answer.json()) as { items: { id: string }[]; nextCursor: null };
    await route.fulfill({
      json: { items: items.map((each) => ({ ...each, status: 'STORED', waiting: true })), nextCursor },
    });
  });
  await tab.route(`**/files/${file.id}`, (route) => route.abort());
  await tab.reload();
  await fileRow(tab, 'queued.txt').getByText('Waiting to be read').waitFor();
});
