// @ts-check
/** @import { Api } from './api.js' */
/** @import { Place } from './places.js' */
/** @import { FileView, Location, SearchResult, TextPage } from './types.js' */
import { toProblem } from './api.js';
import { byId, inBackground, within } from './dom.js';
import { showPagePicture } from './page-picture.js';
import { changePlace, goBack, goTo, here } from './places.js';
import { markedNodes } from './result-card.js';

/**
 * The panel that shows a file's text, page by page.
 * @param {Api} api
 * @param {(fileId: string) => void} download
 */
export function createReader(api, download) {
  const dialog = byId('reader', HTMLDialogElement);
  const body = byId('reader-body', HTMLElement);
  const words = byId('reader-text', HTMLElement);
  const place = byId('reader-place', HTMLElement);
  const back = byId('reader-back', HTMLButtonElement);
  const forward = byId('reader-forward', HTMLButtonElement);
  /** @type {{ file: FileView, page: number, passage?: { page: number, result: SearchResult } } | undefined} */
  let shown;
  // An answer that comes after another page was asked for is not shown.
  let asked = 0;
  /** Those that were opened, by their passage's id, to be marked again when the person comes back to them. */
  /** @type {Map<string, SearchResult>} */
  const opened = new Map();

  /**
   * @param {string} filename
   * @param {() => Promise<{ file: FileView, page: TextPage, passage?: SearchResult }>} load
   */
  async function show(filename, load) {
    asked += 1;
    const mine = asked;
    byId('reader-title', HTMLElement).textContent = filename;
    if (!dialog.open) {
      words.replaceChildren('Loading …');
      place.textContent = '';
      emptyFigure();
      dialog.showModal();
      body.focus();
    }
    back.disabled = true;
    forward.disabled = true;
    try {
      const { file, page, passage } = await load();
      if (mine !== asked) return;
      const marked = passage
        ? { page: page.number, result: passage }
        : shown?.file.id === file.id
          ? shown.passage
          : undefined;
      shown = { file, page: page.number, ...(marked ? { passage: marked } : {}) };
      const { reading, ...rest } = here();
      if (reading) changePlace({ ...rest, reading: { ...reading, page: page.number } });
      render(page);
    } catch (error) {
      if (mine === asked) words.replaceChildren(toProblem(error).message);
    }
  }

  /** Another figure for each page, so that a picture that comes late is not shown on the next. */
  function emptyFigure() {
    const holder = byId('reader-picture', HTMLElement);
    holder.replaceChildren(document.importNode(byId('page-picture', HTMLTemplateElement).content, true));
    return within(holder, 'figure', HTMLElement);
  }

  /** @param {TextPage} page */
  function render(page) {
    if (!shown) return;
    const pages = shown.file.progress.pages ?? page.number;
    const unit = unitOf(page.location);
    place.textContent = pages === 1 && unit === 'Part' ? '' : `${unit} ${page.number} of ${pages}`;
    back.disabled = page.number <= 1;
    forward.disabled = page.number >= pages;
    const passage = shown.passage?.page === page.number ? shown.passage.result : undefined;
    words.lang = shown.file.language ?? '';
    words.replaceChildren(...textNodes(page, passage));
    const figure = emptyFigure();
    if (page.preview !== undefined) {
      const alt = `A small copy of ${shown.file.filename}, ${unit.toLowerCase()} ${page.number}`;
      inBackground(showPagePicture(figure, { address: page.preview, alt, location: passage?.location }, api.blob));
    }
    // A page that is a picture is looked at as a whole.
    const found = page.preview === undefined && words.querySelector('.passage');
    if (found) found.scrollIntoView({ block: 'start' });
    else body.scrollTop = 0;
  }

  /** @param {number} step */
  function turn(step) {
    if (!shown) return;
    const { file, page } = shown;
    inBackground(
      show(file.filename, async () => ({ file, page: await fetchPage(api, file.id, page + step) })).then(() =>
        body.focus(),
      ),
    );
  }

  // Not every browser lets the keyboard reach what scrolls.
  body.tabIndex = 0;
  back.addEventListener('click', () => turn(-1));
  forward.addEventListener('click', () => turn(1));
  byId('reader-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  byId('reader-download', HTMLButtonElement).addEventListener('click', () => shown && download(shown.file.id));
  dialog.addEventListener('close', () => {
    asked += 1;
    shown = undefined;
    if (here().reading) goBack();
  });
  dialog.addEventListener('click', (event) => {
    // The backdrop belongs to the dialog; everything visible is inside its children.
    if (event.target === dialog) dialog.close();
  });

  /**
   * @param {NonNullable<Place['reading']>} reading
   * @param {FileView} [known]
   */
  function open({ fileId, filename, page, chunkId }, known) {
    const passage = opened.get(chunkId ?? '');
    return show(filename, async () => ({
      file: known ?? (await api.request('GET', `/files/${fileId}`)),
      page: await fetchPage(api, fileId, page),
      ...(passage?.textPage === page ? { passage } : {}),
    }));
  }

  /**
   * @param {NonNullable<Place['reading']>} reading
   * @param {FileView} [known]
   */
  async function openHere(reading, known) {
    await goTo({ ...here(), reading });
    await open(reading, known);
  }

  return {
    /** @param {SearchResult} result */
    openResult(result) {
      const { fileId, filename, textPage, chunkId } = result;
      opened.set(chunkId, result);
      return openHere({ fileId, filename, page: textPage, chunkId });
    },
    /** @param {FileView} file */
    openFile: (file) => openHere({ fileId: file.id, filename: file.filename, page: 1 }, file),
    /** @param {Place['reading']} reading what the browser's history shows */
    follow(reading) {
      if (!reading) dialog.close();
      else if (!dialog.open) inBackground(open(reading));
    },
  };
}

/**
 * @param {Location} location of a page of text
 * @returns {string}
 */
function unitOf(location) {
  if ('page' in location) return 'Page';
  return 'slide' in location ? 'Slide' : 'Part';
}

/**
 * @param {Api} api
 * @param {string} fileId
 * @param {number} number
 * @returns {Promise<TextPage>}
 */
async function fetchPage(api, fileId, number) {
  const { pages } = await api.request('GET', `/files/${fileId}/text?page=${number}`);
  return pages[0];
}

/**
 * @param {TextPage} page
 * @param {SearchResult | undefined} passage
 * @returns {(string | HTMLElement)[]}
 */
function textNodes({ text, preview }, passage) {
  if (text.trim() === '') return [preview === undefined ? 'This page has no text.' : 'No text was found on this page.'];
  const at = passage ? text.indexOf(passage.text) : -1;
  if (!passage || at === -1) return [text];
  const marked = document.createElement('span');
  marked.className = 'passage';
  marked.append(...markedNodes(passage.text, passage.highlights));
  return [text.slice(0, at), marked, text.slice(at + passage.text.length)];
}
