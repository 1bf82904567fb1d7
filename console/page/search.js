// @ts-check
/** @import { Api } from './api.js' */
/** @import { SearchAnswer, SearchResult } from './types.js' */
import { toProblem } from './api.js';
import { byId, inBackground } from './dom.js';
import { formatCount } from './format.js';
import { changePlace, goTo, here } from './places.js';
import { createResultCard } from './result-card.js';

const RESULTS_A_PAGE = 10;
/** After so long without a key, what is typed so far is searched for. */
const PAUSE_MS = 300;
const SHORTEST_TYPED = 3;

/** @type {Record<string, string>} */
const LEG_NAMES = { dense: 'meaning', sparse: 'words in the vector store', bm25: 'words', image: 'picture' };
/** Reorders what the legs found, and is none. */
const RERANK = 'rerank';

/**
 * @typedef {object} Wanted
 * @property {string} query
 * @property {string} mode
 * @property {boolean} [prefix] its last word may still go on
 */

/**
 * @typedef {object} FilesState
 * @property {boolean} empty there are no files at all
 * @property {number} underWay files that cannot be found yet
 * @property {(fileId: string) => string | undefined} containerOf the name of the archive or mail that a file came out of
 */

/**
 * The search box and what it finds.
 * @param {Api} api
 * @param {(result: SearchResult) => void} open
 * @param {() => FilesState} filesState
 */
export function createSearch(api, open, filesState) {
  const form = byId('search', HTMLFormElement);
  const input = byId('query', HTMLInputElement);
  const results = byId('results', HTMLOListElement);
  const summary = byId('search-summary', HTMLElement);
  const more = byId('more-results', HTMLButtonElement);
  /** @type {AbortController | undefined} */
  let running;
  /** What the shown results answer; undefined before the first search. */
  /** @type {Wanted | undefined} */
  let answered;
  /** @type {Wanted | undefined} */
  let asked;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  /** Whether the step of the browser's history shows what was searched for between keys, which goes on in it. */
  let isTyping = false;
  /** @type {string | undefined} */
  let problem;

  const mode = () => String(new FormData(form).get('mode'));

  /**
   * @param {Wanted} wanted
   * @param {number} offset
   */
  async function run(wanted, offset) {
    running?.abort();
    asked = wanted;
    const mine = new AbortController();
    running = mine;
    problem = undefined;
    results.setAttribute('aria-busy', 'true');
    more.disabled = true;
    try {
      const answer = await api.request('POST', '/search', {
        json: { ...wanted, limit: RESULTS_A_PAGE, offset },
        signal: mine.signal,
      });
      answered = wanted;
      show(answer, offset);
    } catch (error) {
      if (mine.signal.aborted) return;
      results.replaceChildren();
      more.hidden = true;
      summary.textContent = '';
      problem = toProblem(error).message;
      explain();
    } finally {
      if (running === mine) {
        results.removeAttribute('aria-busy');
        more.disabled = false;
      }
    }
  }

  /**
   * @param {SearchAnswer} answer
   * @param {number} offset
   */
  function show(answer, offset) {
    const { containerOf } = filesState();
    const cards = answer.results.map((result) => createResultCard(result, containerOf(result.fileId), open, api.blob));
    if (offset === 0) results.replaceChildren(...cards);
    else results.append(...cards);
    if (offset > 0) cards[0]?.querySelector('button')?.focus();
    more.hidden = answer.results.length < RESULTS_A_PAGE;
    const count = results.children.length;
    summary.textContent = count === 0 ? '' : summarise(answer, count);
    explain();
  }

  /** Says what to do where there are no results. */
  function explain() {
    const { empty, underWay } = filesState();
    if (results.children.length > 0) return hideEmpty();
    if (problem !== undefined) return showEmpty('Search failed', problem);
    if (empty) return showEmpty('Nothing to search yet', 'Add a file. You can search it as soon as it is ready.');
    if (!answered) {
      return showEmpty(
        'Ask in your own words',
        'Ask a question or type a few words. Choose “Words” for exact terms such as names, numbers and codes.',
      );
    }
    const waiting =
      underWay > 0
        ? ` ${formatCount(underWay, 'file')} ${underWay === 1 ? 'is' : 'are'} still being processed. Search again in a moment.`
        : '';
    return showEmpty('No results', `${advice(answered.mode)}${waiting}`);
  }

  function begin() {
    clearTimeout(pause);
    const wanted = { query: input.value.trim(), mode: mode() };
    if (wanted.query === '') return;
    recall(wanted, false);
    inBackground(run(wanted, 0));
  }

  function goOn() {
    const wanted = { query: input.value.trim(), mode: mode() };
    if (wanted.query.length < SHORTEST_TYPED || isSame(asked, wanted)) return;
    recall(wanted, true);
    inBackground(run({ ...wanted, prefix: true }, 0));
  }

  /**
   * @param {{ query: string, mode: string }} wanted
   * @param {boolean} isStillTyping
   */
  function recall(wanted, isStillTyping) {
    if (!isSame(here().search, wanted)) {
      if (isTyping && isSame(here().search, asked)) changePlace({ search: wanted });
      else inBackground(goTo({ search: wanted }));
    }
    isTyping = isStillTyping;
  }

  /** @param {{ query: string, mode: string } | undefined} wanted what the browser's history shows; none before the first */
  function follow(wanted) {
    if (isSame(asked, wanted)) return;
    clearTimeout(pause);
    isTyping = false;
    input.value = wanted?.query ?? '';
    for (const choice of form.querySelectorAll('input')) {
      if (choice.name === 'mode') choice.checked = choice.value === (wanted?.mode ?? 'hybrid');
    }
    if (wanted) return inBackground(run(wanted, 0));
    running?.abort();
    asked = undefined;
    answered = undefined;
    problem = undefined;
    results.replaceChildren();
    more.hidden = true;
    summary.textContent = '';
    explain();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    begin();
  });
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(goOn, PAUSE_MS);
  });
  form.addEventListener('change', (event) => {
    if (event.target !== input && answered) begin();
  });
  more.addEventListener('click', () => {
    if (answered) inBackground(run(answered, results.children.length));
  });

  /** @param {string} fileId of a file that is no more */
  function forget(fileId) {
    for (const card of results.querySelectorAll('li')) if (card.dataset.fileId === fileId) card.remove();
    if (results.children.length === 0) {
      summary.textContent = '';
      more.hidden = true;
    }
    explain();
  }

  return { explain, forget, follow, focus: () => input.focus() };
}

/**
 * @param {{ query: string, mode: string } | undefined} one
 * @param {{ query: string, mode: string } | undefined} other
 */
function isSame(one, other) {
  return one?.query === other?.query && one?.mode === other?.mode;
}

/**
 * @param {SearchAnswer} answer
 * @param {number} count
 */
function summarise({ tookMs, cached, degraded }, count) {
  const parts = [`${formatCount(count, 'passage')} in ${Math.round(tookMs.total)} ms`];
  if (cached) parts.push('cached');
  else
    parts.push(
      `query ${Math.round(tookMs.embed)}, index ${Math.round(tookMs.qdrant)}, texts ${Math.round(tookMs.fetch)}`,
    );
  if (degraded.length > 0) {
    const legs = degraded.filter((leg) => leg !== RERANK);
    if (legs.length > 0)
      parts.push(`search by ${legs.map((leg) => LEG_NAMES[leg] ?? leg).join(' and ')} is unavailable`);
    if (legs.length < degraded.length) parts.push('reranking is unavailable');
  }
  return parts.join(' · ');
}

/** @param {string} mode */
function advice(mode) {
  if (mode === 'keyword') return 'None of these words are in your files. Try other words, or search by meaning too.';
  return 'Try other words or fewer words.';
}

/**
 * @param {string} title
 * @param {string} text
 */
function showEmpty(title, text) {
  byId('search-empty-title', HTMLElement).textContent = title;
  byId('search-empty-text', HTMLElement).textContent = text;
  byId('search-empty', HTMLElement).hidden = false;
}

function hideEmpty() {
  byId('search-empty', HTMLElement).hidden = true;
}
