import { expect, it } from 'vitest';
import { placeNotes } from './place-notes.ts';

const ref = (id: string, mark: string): string => `<sup><a href="#${id}" id="ref">${mark}</a></sup>`;
const note = (id: string, text: string): string =>
  `<li id="${id}"><p> ${text} <a href="#${id.replace('-', '-ref-')}">↑</a></p></li>`;

it('moves notes below the block that refers to them', () => {
  const html =
    `<p>One${ref('footnote-1', '[1]')}.</p><table><tr><td><p>cell${ref('endnote-7', '[2]')}</p></td></tr></table><ul><li>a</li></ul>` +
    `<p>Said${ref('comment-0', '[AB1]')}</p><ol>${note('footnote-1', 'First $& note.')}${note('endnote-7', 'Second.')}</ol>` +
    '<dl><dt id="comment-0">Comment [AB1]</dt><dd><p>Really? <a href="#comment-ref-0">↑</a></p></dd></dl>';
  expect(placeNotes(html).replace(/<sup>.*?<\/sup>/g, '^')).toBe(
    '<p>One^.</p><p>[1] First $& note.</p><table><tr><td><p>cell^</p></td></tr></table><p>[2] Second.</p>' +
      '<ul><li>a</li></ul><p>Said^</p><p>[AB1] Really?</p>',
  );
});

it('loses no note and leaves other lists alone', () => {
  expect(placeNotes(`<ol><li>a</li></ol><ol>${note('footnote-9', 'Unreferenced.')}</ol>`)).toBe(
    '<ol><li>a</li></ol><p> Unreferenced.</p>',
  );
  expect(placeNotes('<p>none</p><ol><li>a</li></ol>')).toBe('<p>none</p><ol><li>a</li></ol>');
});
