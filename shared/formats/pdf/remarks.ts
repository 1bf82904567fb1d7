import type { Annotation } from './annotation.ts';
import type { Area } from './area.ts';
import { isTypewriter } from './shown-lines.ts';

/** What somebody noted about a place of a page. */
export interface Remark {
  area: Area;
  text: string;
}

/** Notes, and marks that may carry one. Their popups show the same again; links and fields tell what they are for. */
const CARRY_NOTES: ReadonlySet<string> = new Set([
  ...['Text', 'FreeText', 'Highlight', 'Underline', 'Squiggly', 'StrikeOut', 'Caret', 'Stamp', 'FileAttachment'],
  ...['Line', 'Square', 'Circle', 'Polygon', 'PolyLine', 'Ink', 'Redact', 'Sound'],
]);

/** @param faces what annotations draw, by their ids: a stamp that says its text itself needs no remark */
export function readRemarks(annotations: readonly Annotation[], faces: ReadonlyMap<string, string>): Remark[] {
  return annotations.flatMap((annotation) => {
    const { subtype, contents, shown, below, intent, area, isAboutOther } = annotation;
    if (!CARRY_NOTES.has(subtype) || isAboutOther || (subtype === 'FreeText' && isTypewriter(intent))) return [];
    const text = oneLine(contents || (subtype === 'FreeText' ? shown : ''));
    // Some programs note the words that were marked.
    if (text === '' || text === oneLine(below) || text === oneLine(faces.get(annotation.id) ?? '')) return [];
    return [{ area, text: `[Comment] ${text}` }];
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
