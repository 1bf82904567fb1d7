// @ts-check
import { ApiProblem } from './api.js';
/** @import { Api } from './api.js' */
/** @import { HealthView } from './types.js' */
import { byId } from './dom.js';

const DISMISSED = 'omnirag.dismissed';

/**
 * Shows a message above the page, in place of an earlier one of the same name.
 * @param {string} name
 * @param {string} text
 * @param {{ tone?: 'warn' | 'danger', lasting?: boolean, action?: { words: string, run: () => void } }} [options]
 *   `lasting`: tells of a state rather than an event, and once dismissed is not shown again before its text is another
 */
export function showBanner(name, text, { tone = 'warn', lasting = false, action } = {}) {
  const known = findBanner(name);
  if (known?.firstElementChild?.textContent === text) return;
  if (lasting && dismissed()[name] === text) return;
  known?.remove();
  const banner = document.createElement('div');
  banner.className = `banner ${tone}`;
  banner.dataset.name = name;
  const words = document.createElement('p');
  words.textContent = text;
  const close = bannerButton('Dismiss', () => {
    if (lasting) localStorage.setItem(DISMISSED, JSON.stringify({ ...dismissed(), [name]: text }));
    banner.remove();
  });
  banner.append(words, ...(action ? [bannerButton(action.words, action.run)] : []), close);
  byId('banners', HTMLElement).append(banner);
}

/**
 * @param {string} words
 * @param {() => void} run
 */
function bannerButton(words, run) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = words;
  button.addEventListener('click', run);
  return button;
}

/** @returns {Record<string, string>} the last dismissed text of each lasting banner */
function dismissed() {
  return JSON.parse(localStorage.getItem(DISMISSED) ?? '{}');
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
 * Says what works less well than it should; which part it is, only to somebody who is signed in.
 * @param {Api} api
 */
export async function showHealth(api) {
  /** @type {HealthView} */
  const health = await api
    .request('GET', '/health', { anonymous: !api.user(), alsoFine: [503] })
    .catch((/** @type {unknown} */ error) => {
      // That the server is away is said by what a person asked of it.
      if (error instanceof ApiProblem && error.code === 'NETWORK') return {};
      throw error;
    });
  if (health.status === undefined) return;
  if (health.embedding?.builtIn) {
    showBanner(
      'embedding',
      `No embedding model could be loaded, so the built-in one (${health.embedding.model}) is used instead. Search by words works as usual; search by meaning is weak.`,
      { lasting: true },
    );
  }
  if (health.status !== 'ok') {
    const down = Object.entries(health.dependencies ?? {}).filter(([, { status }]) => status === 'down');
    const names = down.map(([name]) => name).join(', ');
    showBanner(
      'dependencies',
      `A part of the system is not responding${names && `: ${names}`}. Some features may not work until it is back.`,
      {
        tone: 'danger',
      },
    );
  }
}
