// @ts-check
/** @import { Api } from './api.js' */
/** @import { HealthView } from './types.js' */
import { byId } from './dom.js';

/**
 * Shows a message above the page, in place of an earlier one of the same name.
 * @param {string} name
 * @param {string} text
 * @param {{ tone?: 'warn' | 'danger' }} [options]
 */
export function showBanner(name, text, { tone = 'warn' } = {}) {
  const known = findBanner(name);
  if (known?.firstElementChild?.textContent === text) return;
  known?.remove();
  const banner = document.createElement('div');
  banner.className = `banner ${tone}`;
  banner.dataset.name = name;
  const words = document.createElement('p');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'link';
  close.textContent = 'Dismiss';
  close.addEventListener('click', () => banner.remove());
  banner.append(words, close);
  byId('banners', HTMLElement).append(banner);
}

/** @param {string} name */
export function hideBanner(name) {
  findBanner(name)?.remove();
}

/** @param {string} name */
function findBanner(name) {
  return byId('banners', HTMLElement).querySelector(`[data-name="${name}"]`) ?? undefined;
}

/**
 * Says what works less well than it should.
 * @param {Api} api
 */
export async function showHealth(api) {
  /** @type {HealthView} */
  const health = await api.request('GET', '/health', { anonymous: true, alsoFine: [503] });
  if (health.embedding?.builtIn) {
    showBanner(
      'embedding',
      `No embedding model could be loaded, so the built-in one (${health.embedding.model}) stands in. Words are found as usual; search by meaning is weak.`,
    );
  }
  const down = Object.entries(health.dependencies).filter(([, { status }]) => status === 'down');
  if (down.length > 0) {
    const names = down.map(([name]) => name).join(', ');
    showBanner(
      'dependencies',
      `A part of the system does not answer: ${names}. Some things may not work until it is back.`,
      {
        tone: 'danger',
      },
    );
  }
}
