// @ts-check
/** @import { Api } from './api.js' */
/** @import { SessionView } from './types.js' */
import { ApiProblem, toProblem } from './api.js';
import { byId, inBackground, within } from './dom.js';

/** @typedef {'login' | 'register'} Way */

/** @type {Record<Way, { title: string, question: string, other: string, password: 'current-password' | 'new-password' }>} */
const WORDS = {
  login: { title: 'Sign in', question: 'New here?', other: 'Create an account', password: 'current-password' },
  register: {
    title: 'Create an account',
    question: 'Already have an account?',
    other: 'Sign in',
    password: 'new-password',
  },
};

/**
 * The form to sign in with or to make an account.
 * @param {Api} api
 * @param {string | undefined} notice why it is shown, where that is not plain
 * @param {() => void} onSignedIn
 */
export function showSignIn(api, notice, onSignedIn) {
  const form = byId('sign-in', HTMLFormElement);
  const submit = byId('sign-in-submit', HTMLButtonElement);
  /** @type {Way} */
  let way = 'login';

  /** @param {Way} next */
  function choose(next) {
    way = next;
    const words = WORDS[way];
    byId('sign-in-title', HTMLElement).textContent = words.title;
    byId('sign-in-question', HTMLElement).textContent = words.question;
    byId('sign-in-other', HTMLButtonElement).textContent = words.other;
    byId('password', HTMLInputElement).autocomplete = words.password;
    submit.textContent = words.title;
    for (const part of form.querySelectorAll('[data-for]')) {
      if (part instanceof HTMLElement) part.hidden = part.dataset.for !== way;
    }
    showProblems(form, undefined);
  }

  async function send() {
    submit.disabled = true;
    showProblems(form, undefined);
    try {
      /** @type {SessionView} */
      const session = await api.request('POST', `/auth/${way}`, { json: answers(form, way), anonymous: true });
      api.begin(session);
      form.reset();
      byId('welcome', HTMLElement).hidden = true;
      onSignedIn();
    } catch (error) {
      showProblems(form, error);
    } finally {
      submit.disabled = false;
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    inBackground(send());
  });
  byId('sign-in-other', HTMLButtonElement).addEventListener('click', () => {
    choose(way === 'login' ? 'register' : 'login');
    firstInput(form)?.focus();
  });
  choose('login');
  if (notice) showGeneralProblem(notice);
  byId('welcome', HTMLElement).hidden = false;
  firstInput(form)?.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {Way} way
 */
function answers(form, way) {
  const given = new FormData(form);
  const names = way === 'login' ? ['login', 'password'] : ['email', 'username', 'password'];
  return Object.fromEntries(
    names.map((name) => {
      const value = String(given.get(name) ?? '');
      return [name, name === 'password' ? value : value.trim()];
    }),
  );
}

/** @param {HTMLFormElement} form */
function firstInput(form) {
  return [...form.querySelectorAll('input')].find((input) => input.closest('[hidden]') === null);
}

/**
 * Puts each field's problem beneath it, and the rest above them.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
function showProblems(form, error) {
  const fields = error instanceof ApiProblem ? (error.errors ?? []) : [];
  /** @type {HTMLInputElement | undefined} */
  let firstWrong;
  for (const input of form.querySelectorAll('input')) {
    const wrong = fields.find(({ field }) => field === input.name);
    within(form, `#${input.id}-problem`, HTMLElement).textContent = wrong ? sentence(input, wrong.message) : '';
    input.setAttribute('aria-invalid', String(wrong !== undefined));
    if (wrong) firstWrong ??= input;
  }
  firstWrong?.focus();
  showGeneralProblem(error === undefined || firstWrong ? '' : toProblem(error).message);
}

/**
 * @param {HTMLInputElement} input
 * @param {string} message e.g. `must not be blank`
 */
function sentence(input, message) {
  const label = input.labels?.[0]?.textContent ?? input.name;
  return /^\p{Ll}/u.test(message) ? `${label} ${message}.` : `${message}.`;
}

/** @param {string} message */
function showGeneralProblem(message) {
  const place = byId('sign-in-problem', HTMLElement);
  place.textContent = message;
  place.hidden = message === '';
}
