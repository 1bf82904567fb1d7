import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, inject, test } from 'vitest';
import { findBrowser, useBrowser } from '#testing/browser/use-browser.ts';
import { newPersonIn, register } from '#testing/browser/visit.ts';
import { uploadBytes } from '#testing/person.ts';

const { url } = inject('system');
const browser = findBrowser();
const visit = useBrowser(browser);

test.skipIf(!browser)('what is long comes compressed: the page, and long lists', async () => {
  const { tab } = await visit(url);
  const person = await newPersonIn(tab);
  for (let n = 0; n < 30; n += 1) await uploadBytes(person, `note-${n}.txt`, `Note ${n}`);
  await tab.reload();
  await tab.locator('li.file').nth(29).waitFor();
  const sizes = (await tab.evaluate(`['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
    .filter(({ name }) => name === '${url}/' || name.includes('/files?'))
    .map(({ encodedBodySize, decodedBodySize }) => [encodedBodySize, decodedBodySize])`)) as [number, number][];
  expect(sizes).toHaveLength(2);
  for (const [sent, whole] of sizes) if (whole > 16_384) expect(sent).toBeLessThan(whole / 3);
  const sum = sizes.reduce((total, [sent]) => total + sent, 0);
  console.info(`first view of 30 files: ${sum} bytes in ${sizes.length} answers`);
  expect(sum).toBeLessThan(50_000);
});

test('a client gets what it can read, and caches are told that it matters', async () => {
  const plain = await rawGet('identity');
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const packed = await rawGet(encoding);
    expect([packed.encoding, packed.vary]).toEqual([encoding, expect.stringContaining('Accept-Encoding')]);
    expect(unpack(packed.bytes).toString()).toBe(plain.bytes.toString());
  }
  expect([plain.encoding, plain.vary]).toEqual([undefined, expect.stringContaining('Accept-Encoding')]);
});

test.skipIf(!browser)('a dismissed word about the model stays away, also after a reload and in a new tab', async () => {
  const { tab, newTab } = await visit(url);
  const word = 'No embedding model could be loaded';
  await register(tab);
  await tab.locator('.banner', { hasText: word }).getByRole('button', { name: 'Dismiss' }).click();
  const answered = tab.waitForResponse((response) => response.url().endsWith('/health'));
  await tab.reload();
  await answered;
  await tab.locator('#no-files').waitFor();
  const other = await newTab();
  await other.waitForLoadState('networkidle');
  for (const each of [tab, other]) expect(await each.getByText(word).count()).toBe(0);
});

test.skipIf(!browser)('how long a password must be is said in characters, and counted so', async () => {
  const { tab } = await visit(url);
  await tab.getByRole('button', { name: 'Create an account' }).click();
  await tab.getByLabel('Password').fill('éàüöäßñ');
  await tab.getByRole('button', { name: 'Create an account' }).click();
  await tab.getByText('Password must have at least 8 characters.').waitFor();
  expect(await tab.locator('#sign-in').textContent()).not.toContain('bytes');
});

/** As it comes over the wire; fetch would unpack it. */
function rawGet(encoding: string): Promise<{ bytes: Buffer; encoding: string | undefined; vary: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, async (response) => {
      const { vary, 'content-encoding': sent } = response.headers;
      resolve({ bytes: Buffer.concat(await response.toArray()), encoding: sent, vary: vary ?? '' });
    }).on('error', reject);
  });
}
