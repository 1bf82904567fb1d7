import { createHidingStyles, seenByStyle } from './hiding-styles.ts';

/** Of an element that is open. An invisible one may hold visible ones; nothing of one that is gone is seen. */
export type Sight = 'visible' | 'invisible' | 'gone';

type Attributes = Readonly<Record<string, string>>;

/** Follows through a page what of it is seen. */
export interface Sights {
  readonly now: Sight;
  /** Whether styles or attributes hid anything so far. */
  readonly hidAny: boolean;
  open(name: string, attributes: Attributes): Sight;
  /** Takes text that is a style sheet. @returns whether it is one */
  style(text: string): boolean;
  /** @returns how the element was seen that ends */
  close(): Sight;
}

/** Scripts hide these until a page is complete. */
const WHOLE_PAGE: ReadonlySet<string> = new Set(['html', 'body']);

/** Where the rules of a style sheet hold. */
const SCREENS = /^\s*(?:all|screen)?\s*$/i;

/** @param hide whether styles and attributes may hide anything, beside `ignored` */
export function createSights(ignored: ReadonlySet<string>, hide: boolean): Sights {
  const styles = createHidingStyles();
  const sights: Sight[] = [];
  let hidAny = false;
  let css: string[] | undefined;

  function sightOf(name: string, attributes: Attributes): Sight {
    const around = sights.at(-1) ?? 'visible';
    if (around === 'gone' || ignored.has(name)) return 'gone';
    if (name === 'dialog' && attributes.open === undefined) return 'gone';
    if (!hide || WHOLE_PAGE.has(name)) return around;
    const own = attributes.style === undefined ? {} : seenByStyle(attributes.style);
    const isGone = own.gone ?? (isHidden(name, attributes) || styles.hides(attributes.class, attributes.id));
    const sight = isGone ? 'gone' : own.visible === undefined ? around : own.visible ? 'visible' : 'invisible';
    hidAny ||= sight !== 'visible';
    return sight;
  }

  return {
    get now() {
      return sights.at(-1) ?? 'visible';
    },
    get hidAny() {
      return hidAny;
    },
    open(name, attributes) {
      const holds = name === 'style' && sights.at(-1) !== 'gone' && SCREENS.test(attributes.media ?? 'all');
      const sight = sightOf(name, attributes);
      sights.push(sight);
      css = holds ? [] : undefined;
      return sight;
    },
    style(text) {
      css?.push(text);
      return css !== undefined;
    },
    close() {
      if (css !== undefined) styles.add(css.join(''));
      css = undefined;
      return sights.pop() ?? 'visible';
    },
  };
}

/** `aria-hidden` is for screen readers alone, which are told the same in other words; everybody else sees it. */
function isHidden(name: string, { hidden }: Attributes): boolean {
  // What stands where no script runs is for nobody who reads the page today.
  if (name === 'noscript') return true;
  // What is hidden until somebody looks for it in the page is there to be found.
  return hidden !== undefined && hidden.toLowerCase() !== 'until-found';
}
