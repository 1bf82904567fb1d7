import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { register, search } from '#testing/browser/visit.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);

const whoIsIn = (tab: Page) => tab.locator('#user-name');

/** As when its quarter of an hour is over. */
async function spoilAccessToken(tab: Page): Promise<void> {
  await tab.evaluate(`for (const store of [localStorage, sessionStorage]) {
    const session = JSON.parse(store.getItem('omnirag.session') ?? 'null');
    if (session) store.setItem('omnirag.session', JSON.stringify({ ...session, accessToken: 'over' }));
  }`);
}

test.skipIf(!browser)('a new tab is signed in, and signing out in one signs out all', async () => {
  const visitor = await visit(url);
  const { username } = await register(visitor.tab);
  const other = await visitor.newTab();
  await whoIsIn(other).getByText(username).waitFor();

  await visitor.tab.getByRole('button', { name: 'Sign out' }).click();
  for (const tab of [visitor.tab, other]) await tab.locator('#sign-in').waitFor();
  await other.reload();
  await other.locator('#sign-in').waitFor();
});

test.skipIf(!browser)('a tab that waits at the sign-in form follows when another signs in', async () => {
  const { tab, newTab } = await visit(url);
  const other = await newTab();
  await other.locator('#sign-in').waitFor();
  const { username } = await register(tab);
  await whoIsIn(other).getByText(username).waitFor();
  expect(await other.getByText('You have been signed out').count()).toBe(0);
});

test.skipIf(!browser)('tabs whose token has run out renew it once, and go on', async () => {
  const visitor = await visit(url);
  const { tab, newTab, context } = visitor;
  await register(tab);
  const other = await newTab();
  await other.getByPlaceholder('What are you looking for?').waitFor();
  const renewals: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/auth/refresh')) renewals.push(request.url());
  });

  for (let round = 1; round <= 3; round += 1) {
    await spoilAccessToken(tab);
    const answered = [tab, other].map((each) =>
      each.waitForResponse((response) => response.url().endsWith('/search') && response.status() !== 401),
    );
    await Promise.all([tab, other].map((each) => search(each, `anything ${round}`)));
    expect((await Promise.all(answered)).map((response) => response.status())).toEqual([200, 200]);
    expect(renewals).toHaveLength(round);
  }
});

// What one tab stores reaches another a while later; a busy machine showed it, a second use of a token ended the session.
test.skipIf(!browser)('a tab that has not heard yet of a renewal does not renew again', async () => {
  const { tab, newTab, context } = await visit(url);
  const { username } = await register(tab);
  const other = await newTab();
  await whoIsIn(other).getByText(username).waitFor();
  await spoilAccessToken(tab);
  await other.evaluate(`{
    const { getItem } = Storage.prototype;
    const heard = localStorage.getItem('omnirag.session').replace(/"accessToken":"[^"]*"/, '"accessToken":"over"');
    let isDeaf = true;
    Storage.prototype.getItem = function (key) {
      return isDeaf && key === 'omnirag.session' ? heard : getItem.call(this, key);
    };
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      if (key === 'omnirag.session') isDeaf = false;
      setItem.call(this, key, value);
    };
  }`);
  const renewals: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/auth/refresh')) renewals.push(request.url());
  });
  for (const each of [tab, other]) {
    const answered = each.waitForResponse((response) => response.url().endsWith('/search') && response.ok());
    await search(each, 'anything');
    await answered;
  }
  expect(renewals).toHaveLength(1);
});

test.skipIf(!browser)('without locks, as on plain HTTP, each tab has a session of its own and renews it', async () => {
  const visitor = await visit(url);
  const { tab, newTab, context } = visitor;
  await context.addInitScript(`Object.defineProperty(navigator, 'locks', { value: undefined })`);
  await tab.reload();
  const { username } = await register(tab);
  await spoilAccessToken(tab);
  await tab.reload();
  await whoIsIn(tab).getByText(username).waitFor();
  await search(tab, 'anything');
  await tab.getByText('Nothing to search yet').waitFor();
  expect(await tab.evaluate(`localStorage.getItem('omnirag.session')`)).toBe(null);
  await (await newTab()).locator('#sign-in').waitFor();
});
