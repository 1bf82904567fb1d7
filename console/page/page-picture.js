// @ts-check
/** @import { Api } from './api.js' */
/** @import { Location } from './types.js' */
import { toProblem } from './api.js';
import { within } from './dom.js';

/**
 * Shows what a page looks like once its small copy is there, and where on it a passage stands. Without the copy, what is
 * around it is whole all the same.
 * @param {HTMLElement} figure holds an image, and is hidden until there is something to see
 * @param {{ address: string, alt: string, location: Location | undefined }} page
 * @param {Api['blob']} fetchPicture
 */
export async function showPagePicture(figure, { address, alt, location }, fetchPicture) {
  const picture = within(figure, 'img', HTMLImageElement);
  try {
    const copy = URL.createObjectURL(await fetchPicture(address));
    const forget = () => URL.revokeObjectURL(copy);
    picture.addEventListener('load', forget, { once: true });
    picture.addEventListener('error', forget, { once: true });
    picture.alt = alt;
    picture.src = copy;
    figure.append(...boxesOf(location));
    figure.hidden = false;
  } catch (error) {
    toProblem(error);
  }
}

/** @param {Location | undefined} location */
function boxesOf(location) {
  const boxes = location && 'page' in location ? (location.boxes ?? []) : [];
  return boxes.map(({ x, y, width, height }) => {
    const box = document.createElement('span');
    box.className = 'page-box';
    for (const [side, fraction] of Object.entries({ left: x, top: y, width, height })) {
      box.style.setProperty(side, `${100 * fraction}%`);
    }
    return box;
  });
}
