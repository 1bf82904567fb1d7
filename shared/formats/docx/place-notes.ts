/** A note in mammoth's output: an item of the list, or of the definition list for comments, at the end. */
const NOTE =
  /<li id="((?:footnote|endnote)-[^"]*)">([\s\S]*?)<\/li>|<dt id="(comment-[^"]*)">[^<]*<\/dt><dd>([\s\S]*?)<\/dd>/g;
const NOTE_LIST =
  /<ol><li id="(?:footnote|endnote)-[\s\S]*?<\/li><\/ol>(?=<dl>|$)|<dl><dt id="comment-[\s\S]*?<\/dl>$/g;
const BACK_LINK = /\s*<a href="#(?:footnote|endnote|comment)-ref-[^"]*">↑<\/a>/g;
/** Blocks that may stand at the top of a document, and references to notes with their marks. */
const STOP =
  /<(\/?)(?:p|table|ul|ol|h[1-6])\b[^>]*>|<a href="#((?:footnote|endnote|comment)-[^"]*)" id="[^"]*">([^<]*)<\/a>/g;

/**
 * Moves footnotes, endnotes and comments from the end of mammoth's HTML to below the paragraph, list or table that
 * refers to them, each behind its mark (`[1]`), so that a passage and its notes are found together.
 */
export function placeNotes(html: string): string {
  const notes = new Map<string, string>();
  const body = html.replace(NOTE_LIST, (list) => {
    for (const [, id, text, commentId, comment] of list.matchAll(NOTE)) {
      notes.set(id ?? commentId ?? '', (text ?? comment ?? '').replace(BACK_LINK, ''));
    }
    return '';
  });
  let result = '';
  let copied = 0;
  let depth = 0;
  let waiting = '';
  for (const match of body.matchAll(STOP)) {
    const [whole, slash, id, mark = ''] = match;
    if (id !== undefined) {
      waiting += withMark(mark, notes.get(id));
      notes.delete(id);
      continue;
    }
    depth += slash === '/' ? -1 : 1;
    if (depth > 0 || waiting === '') continue;
    const end = match.index + whole.length;
    result += body.slice(copied, end) + waiting;
    copied = end;
    waiting = '';
  }
  return result + body.slice(copied) + waiting + [...notes.values()].join('');
}

function withMark(mark: string, note: string | undefined): string {
  if (note === undefined) return '';
  return note.startsWith('<p>') ? note.replace(/^<p>\s*/, () => `<p>${mark} `) : `<p>${mark}</p>${note}`;
}
