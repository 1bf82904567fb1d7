// @ts-check
import { byId } from './dom.js';

/**
 * Asks before something is lost.
 * @param {string} title
 * @param {string} text
 * @param {string} yes what the button that does it says
 * @returns {Promise<boolean>}
 */
export function ask(title, text, yes) {
  const dialog = byId('question', HTMLDialogElement);
  byId('question-title', HTMLElement).textContent = title;
  byId('question-text', HTMLElement).textContent = text;
  byId('question-yes', HTMLButtonElement).textContent = yes;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
