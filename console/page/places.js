// @ts-check

/**
 * What one step of the browser's history shows.
 * @typedef {object} Place
 * @property {{ query: string, mode: string }} [search]
 * @property {{ fileId: string, filename: string, page: number, chunkId?: string }} [reading]
 * @property {boolean} [asking] a question stands before it
 */

const PLACES = 'omnirag.places';
/** Older ones are shown without what was searched and read there. */
const PLACES_KEPT = 100;

let made = 0;
/** @type {Promise<unknown>} */
let left = Promise.resolve();

/**
 * The history itself holds numbers only: it stays when the person signs out, and what they asked and read must not.
 * @returns {Record<string, Place>}
 */
function keptPlaces() {
  return JSON.parse(sessionStorage.getItem(PLACES) ?? '{}');
}

/**
 * @param {string} id
 * @param {Place} place
 */
function keepPlace(id, place) {
  const places = Object.entries({ ...keptPlaces(), [id]: place }).slice(-PLACES_KEPT);
  sessionStorage.setItem(PLACES, JSON.stringify(Object.fromEntries(places)));
}

/** Nobody who signs in after this person comes to see where they were. */
export function forgetPlaces() {
  sessionStorage.removeItem(PLACES);
}

/** @returns {string | undefined} */
function placeId() {
  return history.state?.place;
}

/** @returns {Place} */
export function here() {
  return keptPlaces()[placeId() ?? ''] ?? {};
}

/**
 * A step forward, which the browser's Back takes back.
 * @param {Place} place
 */
export async function goTo(place) {
  await left;
  made += 1;
  const id = `${performance.timeOrigin}-${made}`;
  keepPlace(id, place);
  history.pushState({ place: id }, '');
}

/** @param {Place} place shown in place of what this step showed */
export function changePlace(place) {
  const id = placeId();
  if (id !== undefined) keepPlace(id, place);
}

/** As the browser's Back, for what a person closed by hand. */
export function goBack() {
  left = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.back();
}

/**
 * Shows a question; Back is one way to say no.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} the value of the button it was closed by, else empty
 */
export async function openQuestion(dialog) {
  dialog.returnValue = '';
  dialog.showModal();
  await goTo({ ...here(), asking: true });
  return new Promise((resolve) => {
    const answer = () => {
      if (here().asking) goBack();
      resolve(dialog.returnValue);
    };
    if (dialog.open) dialog.addEventListener('close', answer, { once: true });
    else answer();
  });
}

/** @param {(place: Place) => void} show called when the person goes back or forward */
export function followHistory(show) {
  addEventListener('popstate', () => {
    const place = here();
    if (!place.asking) {
      for (const dialog of document.querySelectorAll('dialog.question')) {
        if (dialog instanceof HTMLDialogElement && dialog.open) dialog.close();
      }
    }
    show(place);
  });
}
