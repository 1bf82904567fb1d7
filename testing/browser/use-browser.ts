import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';

/** Where systems put Chromium, Debian's first. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** As root, as in containers, Chromium has no sandbox; the rest keeps it from calling home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE_MS = 30_000;
const TEST_TIMEOUT_MS = 240_000;

export interface Visitor {
  /** Everything the person's tabs share: storage, cookies, locks. */
  context: BrowserContext;
  tab: Page;
  /** Another tab of the same person's browser. */
  newTab(): Promise<Page>;
}

/**
 * The Chromium that `OMNIRAG_BROWSER` names, else the one in a usual place; says so loudly when there is none.
 * @throws Error when the named one is not there, so that nobody who asks for the suite gets it skipped
 */
export function findBrowser(): string | undefined {
  const named = process.env.OMNIRAG_BROWSER;
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`OMNIRAG_BROWSER names ${named}, which is not there`);
    return named;
  }
  const found = USUAL_PLACES.find((place) => existsSync(place));
  if (!found) console.warn('NOT TESTED: the console in a browser. Install chromium or name one in OMNIRAG_BROWSER.');
  return found;
}

/**
 * One browser for the tests of a file, with an empty profile for each visitor. A test in which a page throws, or its
 * policy forbids what it does, fails.
 * @param executablePath from {@link findBrowser}; nothing starts without it
 */
export function useBrowser(executablePath: string | undefined): (url: string) => Promise<Visitor> {
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  let errors: string[] = [];
  vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });
  beforeAll(async () => {
    if (executablePath) browser = await chromium.launch({ executablePath, args: FLAGS });
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    const seen = errors;
    errors = [];
    expect(seen).toEqual([]);
  });
  afterAll(() => browser?.close());

  return async (url) => {
    if (!browser) throw new Error('There is no browser');
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
    context.setDefaultTimeout(PATIENCE_MS);
    contexts.push(context);
    const newTab = async (): Promise<Page> => {
      const tab = await context.newPage();
      tab.on('pageerror', (error) => errors.push(error.stack ?? error.message));
      tab.on('console', (message) => {
        // What the server refuses is the page's to tell, and the tests ask whether it does.
        const isAnswer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isAnswer) errors.push(message.text());
      });
      await tab.goto(url);
      return tab;
    };
    return { context, newTab, tab: await newTab() };
  };
}
