// @ts-check
import { byId } from './dom.js';
import { openQuestion } from './places.js';

/**
 * Asks before something is lost.
 * @param {string} title
 * @param {string} text
 * @param {string} yes what the button that does it says
 * @returns {Promise<boolean>}
 */
export async function ask(title, text, yes) {
  byId('question-title', HTMLElement).textContent = title;
  byId('question-text', HTMLElement).textContent = text;
  byId('question-yes', HTMLButtonElement).textContent = yes;
  return (await openQuestion(byId('question', HTMLDialogElement))) === 'yes';
}
