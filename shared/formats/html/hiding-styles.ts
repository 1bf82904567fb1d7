/** What the style of an element says about whether it is seen. */
export interface Seen {
  /** It takes no room, and nothing in it does. */
  gone?: boolean;
  /** It is invisible, or visible again inside something that is not. */
  visible?: boolean;
}

/** Selectors that are told apart: one class or id, perhaps of one kind of element. */
const SIMPLE = /^(?:[a-z][a-z0-9]*)?([.#][\w-]+)$/i;
const CLASS_OR_ID = /[.#][\w-]+/g;
/** Longer style sheets come with applications, whose pages are put together by scripts anyway. */
const MOST_CHARS = 1_000_000;

/** @param declarations as in a `style` attribute */
export function seenByStyle(declarations: string): Seen {
  const seen: Seen = {};
  for (const declaration of declarations.split(';')) {
    const colon = declaration.indexOf(':');
    const property = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = declaration
      .slice(colon + 1)
      .replace(/!\s*important/i, '')
      .trim()
      .toLowerCase();
    if (property === 'display') seen.gone = value === 'none';
    else if (property === 'visibility') seen.visible = value !== 'hidden' && value !== 'collapse';
  }
  return seen;
}

/** Which classes and ids the style sheets of a page hide, as far as one rule alone tells. */
export interface HidingStyles {
  /** Takes the text of a `<style>`. */
  add(css: string): void;
  /** Whether an element is hidden by its classes and its id: none of them appears in any rule that shows something. */
  hides(classes: string | undefined, id: string | undefined): boolean;
}

export function createHidingStyles(): HidingStyles {
  const hidden = new Set<string>();
  const shown = new Set<string>();
  let chars = 0;
  return {
    add(css) {
      chars += css.length;
      if (chars > MOST_CHARS) return;
      for (const { selectors, declarations } of rules(css)) {
        const { gone, visible } = seenByStyle(declarations);
        if (gone === true || visible === false) {
          for (const selector of selectors.split(',')) {
            const name = SIMPLE.exec(selector.trim())?.[1];
            if (name !== undefined) hidden.add(name);
          }
        } else if (gone === false || visible === true) {
          for (const [name] of selectors.matchAll(CLASS_OR_ID)) shown.add(name);
        }
      }
    },
    hides(classes, id) {
      if (hidden.size === 0) return false;
      const names = (classes ?? '').split(/\s+/).map((name) => `.${name}`);
      if (id !== undefined) names.push(`#${id}`);
      return names.some((name) => hidden.has(name)) && !names.some((name) => shown.has(name));
    },
  };
}

/** The rules that hold always: those for print, small screens and animations stand inside another block. */
function* rules(css: string): Generator<{ selectors: string; declarations: string }> {
  let depth = 0;
  let selectors = '';
  let from = 0;
  const plain = withoutComments(css).replace(/<!--|-->/g, ' ');
  for (const { index, 0: mark } of plain.matchAll(/[{};]/g)) {
    if (mark === '{') {
      depth += 1;
      if (depth === 1) {
        selectors = plain.slice(from, index);
        from = index + 1;
      }
    } else if (mark === '}') {
      if (depth === 1 && !selectors.includes('@')) yield { selectors, declarations: plain.slice(from, index) };
      depth = Math.max(0, depth - 1);
      if (depth === 0) from = index + 1;
    } else if (depth === 0) from = index + 1;
  }
}

function withoutComments(css: string): string {
  const pieces: string[] = [];
  let at = 0;
  for (let begin = css.indexOf('/*'); begin !== -1; begin = css.indexOf('/*', at)) {
    pieces.push(css.slice(at, begin));
    const end = css.indexOf('*/', begin + 2);
    if (end === -1) return pieces.join(' ');
    at = end + 2;
  }
  return [...pieces, css.slice(at)].join(' ');
}
