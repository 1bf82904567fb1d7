import { NodeHtmlMarkdown, type PostProcessResult, type TranslatorConfigObject } from 'node-html-markdown';

/** The library exports this enum's type, but not its value in a way that ES modules can import. */
const REMOVE_NODE: PostProcessResult.RemoveNode = 1;

/** What stands before the root element of XHTML, which the library takes for text. */
const PROLOG = /^\s*(?:<[?!][^>]*>\s*)+/;

const PLAIN: TranslatorConfigObject[string] = {};
const NEVER = /(?!)/g;

/**
 * Turns HTML into text that reads like Markdown — `#` headings, lists, table rows as `a | b`, fenced code — but
 * without marks for emphasis, link targets and escapes, which are of no use to a search and break words apart.
 * Scripts, styles, the head and pictures (except their descriptions) are left out; nothing is ever fetched.
 */
export function htmlToText(html: string): string {
  const converter = new NodeHtmlMarkdown(
    {
      bulletMarker: '-',
      maxConsecutiveNewlines: 2,
      globalEscape: [NEVER, ''],
      lineStartEscape: [/^(\s*)(#{1,6}\s)/gm, '$1\\$2'],
      ignore: ['TITLE', 'SVG', 'TEMPLATE', 'IFRAME', 'OBJECT', 'CANVAS', 'AUDIO', 'VIDEO', 'DIALOG'],
    },
    TRANSLATORS,
  );
  converter.tableTranslators.set(
    'tr',
    { surroundingNewlines: false, postfix: '\n', childTranslators: converter.tableRowTranslators },
    true,
  );
  converter.tableTranslators.set(
    'caption',
    { surroundingNewlines: false, postfix: '\n', postprocess: ({ content }) => oneLine(content) },
    true,
  );
  for (const translators of [converter.tableTranslators, converter.tableRowTranslators]) {
    translators.set('th,td', { ...CELL, childTranslators: converter.tableCellTranslators }, true);
  }
  for (const translators of [converter.tableCellTranslators, converter.aTagTranslators]) {
    for (const key of Object.keys(INLINE)) translators.set(key, INLINE[key] ?? PLAIN);
  }
  converter.tableCellTranslators.set(BLOCKS_IN_CELLS, { postfix: '\n' });
  const text = converter.translate(html.replace(PROLOG, ''));
  return text.replace(/[^\S\n]+$/gm, '').trim();
}

const INLINE: TranslatorConfigObject = {
  'strong,b': PLAIN,
  'em,i': PLAIN,
  'del,s,strike': PLAIN,
  a: PLAIN,
  br: { content: '\n', recurse: false },
  img: ({ node }) => {
    const description = node.getAttribute('alt')?.trim();
    return description ? { content: description, recurse: false } : { ignore: true };
  },
};

/** What a cell holds goes on one line; these part words there. */
const BLOCKS_IN_CELLS = 'p,div,li,ul,ol,dd,dt,h1,h2,h3,h4,h5,h6,blockquote,pre,td,th,tr';

/** Cells end in a character that no text holds, so that a row can be told from the cells' own bars. */
const CELL_END = '\u001F';
const CELL: TranslatorConfigObject[string] = {
  surroundingNewlines: false,
  preserveIfEmpty: true,
  postfix: CELL_END,
  postprocess: ({ content }) => oneLine(content.replaceAll(CELL_END, ' ')),
};

const TRANSLATORS: TranslatorConfigObject = {
  ...INLINE,
  hr: { content: '', recurse: false },
  pre: { noEscape: true, preserveWhitespace: true, prefix: '```\n', postfix: '\n```', surroundingNewlines: 2 },
  code: { noEscape: true },
  li: ({ options: { bulletMarker, indent }, indentLevel, listKind, listItemNumber }) => ({
    prefix: `${indent.repeat(Number(indentLevel ?? 0))}${listKind === 'OL' && listItemNumber !== undefined ? `${listItemNumber}.` : bulletMarker} `,
    surroundingNewlines: 1,
    postprocess: ({ content }) => content.trim().replace(/\n{2,}/g, '\n') || REMOVE_NODE,
  }),
  table: ({ visitor }) => ({
    surroundingNewlines: 2,
    childTranslators: visitor.instance.tableTranslators,
    postprocess: ({ content }) => toRows(content) || REMOVE_NODE,
  }),
};

function toRows(content: string): string {
  return content
    .split('\n')
    .map((line) => {
      const cells = line.split(CELL_END).map((cell) => cell.trim());
      if (cells.at(-1) === '') cells.pop();
      return cells.every((cell) => cell === '') ? '' : cells.join(' | ');
    })
    .filter((line) => line !== '')
    .join('\n');
}

function oneLine(content: string): string {
  return content.replace(/\s+/g, ' ').trim();
}
