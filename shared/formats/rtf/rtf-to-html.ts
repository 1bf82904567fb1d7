import { readLetters } from './read-letters.ts';

/** Mail programs that store a message as RTF keep the page or the text it was inside. */
export function isEncapsulated(source: string): 'html' | 'text' | undefined {
  const kind = /\\from(html1?|text)\b/.exec(source.slice(0, 2_000))?.[1];
  return kind === undefined ? undefined : kind === 'text' ? 'text' : 'html';
}

interface Group {
  skip: boolean;
  /** Stands in for the page's own marks, for readers of RTF alone. */
  onlyRtf: boolean;
  /** Inside a mark of the page. */
  inTag: boolean;
}

/**
 * The page that is kept inside an RTF document, as it was before a mail program wrote it as RTF.
 * @param source its bytes as Latin-1 letters
 */
export function rtfToHtml(source: string): string {
  const html: string[] = [];
  const stack: Group[] = [];
  let group: Group = { skip: false, onlyRtf: false, inTag: false };
  const write = (piece: string): void => {
    if (!group.skip && (!group.onlyRtf || group.inTag)) html.push(piece);
  };
  readLetters(source, {
    open() {
      stack.push(group);
      group = { ...group };
    },
    close() {
      group = stack.pop() ?? group;
    },
    word(word, value, starred) {
      if (group.skip) return;
      if (word === 'htmltag') group.inTag = true;
      else if (starred || word === 'colortbl' || word === 'stylesheet' || word === 'info' || word === 'pict')
        group.skip = true;
      else if (word === 'htmlrtf') group.onlyRtf = value !== 0;
      else if (word === 'par' || word === 'line') write('\r\n');
    },
    text: write,
  });
  return html.join('');
}
