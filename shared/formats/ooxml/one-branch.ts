import { localAttribute } from '../xml/local-attribute.ts';
import type { Attributes, XmlEvents } from '../xml/read-xml.ts';

/**
 * Of `mc:AlternateContent`, which says the same several times for programs of different age, lets the first branch pass
 * that says or shows anything: what a program does not understand, such as a drawing, may be empty to it.
 */
export function withOneBranch(events: XmlEvents): XmlEvents {
  // Of each place that is open: whether one of its branches said something.
  const places: boolean[] = [];
  let skipping = 0;
  let inText = false;

  function note(): void {
    for (let at = places.length - 1; at >= 0 && places[at] === false; at--) places[at] = true;
  }

  return {
    open(name, attributes) {
      if (skipping > 0) skipping++;
      else if (name === 'AlternateContent') places.push(false);
      else if (name === 'Choice' || name === 'Fallback') {
        if (places.at(-1) === true) skipping = 1;
      } else {
        inText = name === 't';
        if (places.length > 0 && shows(name, attributes)) note();
        events.open?.(name, attributes);
      }
    },
    text(piece) {
      if (skipping > 0) return;
      if (inText && places.length > 0 && piece.trim() !== '') note();
      events.text?.(piece);
    },
    close(name) {
      if (skipping > 0) {
        skipping--;
        return;
      }
      inText = false;
      if (name === 'AlternateContent') places.pop();
      else if (name !== 'Choice' && name !== 'Fallback') events.close?.(name);
    },
  };
}

/** Whether an element stands for a picture, chart or diagram, or describes one. */
function shows(name: string, attributes: Attributes): boolean {
  if (name === 'chart' || name === 'imagedata' || name === 'relIds') return true;
  if (name === 'blip') return localAttribute(attributes, 'embed') !== undefined;
  return (attributes.descr ?? attributes.string ?? '') !== '';
}
