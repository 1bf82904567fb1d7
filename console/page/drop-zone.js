// @ts-check
import { hideBanner, showBanner } from './banners.js';
import { byId, inBackground } from './dom.js';
import { droppedFiles } from './dropped-files.js';

/**
 * Takes files by choosing, by dropping them anywhere on the page, and by pasting.
 * @param {(files: File[]) => void} onFiles
 */
export function createDropZone(onFiles) {
  const zone = byId('drop', HTMLElement);
  const chooser = byId('chooser', HTMLInputElement);
  // Moving over an inner element leaves the outer one and enters the inner: count both.
  let inside = 0;

  /** @param {number} depth */
  function mark(depth) {
    inside = Math.max(0, depth);
    zone.classList.toggle('over', inside > 0);
  }

  byId('choose', HTMLButtonElement).addEventListener('click', () => chooser.click());
  chooser.addEventListener('change', () => {
    onFiles([...(chooser.files ?? [])]);
    // Otherwise choosing the same file again would be no change.
    chooser.value = '';
  });
  document.addEventListener('dragenter', (event) => {
    if (carriesFiles(event)) mark(inside + 1);
  });
  document.addEventListener('dragleave', (event) => {
    if (carriesFiles(event)) mark(inside - 1);
  });
  document.addEventListener('dragover', (event) => {
    // Without this the browser would open the file in place of the page.
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    mark(0);
    inBackground(take(event.dataTransfer));
  });

  /** @param {DataTransfer} transfer */
  async function take(transfer) {
    const { files, unreadable } = await droppedFiles(transfer);
    if (unreadable.length > 0) {
      const rest = files.length > 0 ? ' The other files are added.' : '';
      showBanner('dropped', `The browser could not read ${unreadable.join(', ')}.${rest}`);
    } else if (files.length === 0) showBanner('dropped', 'Nothing was added: there were no files in what you dropped.');
    else hideBanner('dropped');
    onFiles(files);
  }
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) onFiles(files);
  });
}

/** @param {DragEvent} event */
function carriesFiles(event) {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
