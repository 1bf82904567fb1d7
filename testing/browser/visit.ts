import { randomBytes } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { type ApiClient, createApiClient } from '#cli/api-client.ts';
import type { SessionView } from '#shared/api/accounts.ts';

/** Long enough for a file behind those of other tests. */
export const SETTLES_WITHIN_MS = 120_000;

/** Makes an account by the form. @returns its user name and password */
export async function register(tab: Page): Promise<{ username: string; password: string }> {
  const username = `b-${randomBytes(6).toString('hex')}`;
  const password = `${username} and a secret`;
  await tab.getByRole('button', { name: 'Create an account' }).click();
  await tab.getByLabel('Email address', { exact: true }).fill(`${username}@example.org`);
  await tab.getByLabel('Username', { exact: true }).fill(username);
  await tab.getByLabel('Password').fill(password);
  await tab.getByRole('button', { name: 'Create an account' }).click();
  await tab.getByPlaceholder('What are you looking for?').waitFor();
  return { username, password };
}

/** An account made by the form, and a client of the same person. */
export async function newPersonIn(tab: Page): Promise<ApiClient> {
  const { username, password } = await register(tab);
  const { origin } = new URL(tab.url());
  const response = await fetch(`${origin}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: username, password }),
  });
  const { accessToken } = (await response.json()) as SessionView;
  return createApiClient(origin, accessToken);
}

/** Holds files and folders from the disk over the middle of the page, as a hand does before it lets go. */
export async function hold(tab: Page, paths: readonly string[]): Promise<{ drop(): Promise<void> }> {
  const devtools = await tab.context().newCDPSession(tab);
  const held = { x: 600, y: 400, data: { items: [], files: [...paths], dragOperationsMask: 1 } };
  await devtools.send('Input.dispatchDragEvent', { type: 'dragEnter', ...held });
  await devtools.send('Input.dispatchDragEvent', { type: 'dragOver', ...held });
  return {
    async drop() {
      await devtools.send('Input.dispatchDragEvent', { type: 'drop', ...held });
      await devtools.detach();
    },
  };
}

export async function drop(tab: Page, paths: readonly string[]): Promise<void> {
  await (await hold(tab, paths)).drop();
}

/** The row of a file in the list. */
export function fileRow(tab: Page, filename: string): Locator {
  return tab.locator('li.file', { has: tab.getByRole('button', { name: filename, exact: true }) });
}

/** Waits until the list says that all of them can be found. */
export async function untilReady(tab: Page, filenames: readonly string[]): Promise<void> {
  for (const name of filenames) {
    await fileRow(tab, name)
      .getByText(/^Ready/)
      .waitFor({ timeout: SETTLES_WITHIN_MS });
  }
}

export async function search(tab: Page, query: string): Promise<void> {
  await tab.getByPlaceholder('What are you looking for?').fill(query);
  await tab.getByRole('button', { name: 'Search', exact: true }).click();
}
