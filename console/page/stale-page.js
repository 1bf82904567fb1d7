// @ts-check
import { showBanner } from './banners.js';

/**
 * The page's policy names the store as it was when the page was opened. Where the store has another address since, the
 * browser forbids what is sent to it, and only a page that is opened anew is allowed it.
 * @param {string} url
 * @returns {boolean} whether this page may send there
 */
export function mayReach(url) {
  const allowed = document.querySelector('meta[name="omnirag-connect-to"]')?.getAttribute('content') ?? '';
  return [location.origin, ...allowed.split(' ')].includes(new URL(url).origin);
}

/** Offers to open the page anew once its policy forbids something that it does, such as to show a picture of a page. */
export function watchPolicy() {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    if (effectiveDirective === 'connect-src') tellStale();
  });
}

export function tellStale() {
  showBanner('stale', 'The storage address has changed since this page was opened.', {
    action: { words: 'Reload the page', run: () => location.reload() },
  });
}
