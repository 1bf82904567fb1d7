// @ts-check

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}`);
  return found;
}

/**
 * @template {HTMLElement} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function within(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} ${selector}`);
  return found;
}

/**
 * @param {string} templateId of a template that holds one list item
 * @returns {HTMLLIElement}
 */
export function copyOf(templateId) {
  const copy = document.importNode(byId(templateId, HTMLTemplateElement).content, true);
  return within(copy, 'li', HTMLLIElement);
}

/**
 * Tells it to people who hear the page.
 * @param {string} text
 */
export function announce(text) {
  byId('announcer', HTMLElement).textContent = text;
}

/**
 * Runs what a button or an event began; what goes wrong and nobody awaited is at least seen.
 * @param {Promise<unknown>} work
 */
export function inBackground(work) {
  work.catch((error) => console.error(error));
}
