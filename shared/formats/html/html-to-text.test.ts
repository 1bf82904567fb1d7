import { describe, expect, it } from 'vitest';
import { htmlToText } from './html-to-text.ts';

it('keeps headings, lists and code, without marks and escapes', () => {
  const html =
    '<h2>On <b>pumps</b></h2><p>See <a href="http://x.y/a_b">the_list</a> of <em>spare</em>parts * [x].</p>' +
    '<ul><li>One<ul><li>Nested</li></ul></li><li><p>Two</p></li></ul><ol><li>Three</li></ol>' +
    '<pre><code># no heading\n  kept  </code></pre><p># no heading either</p>';
  expect(htmlToText(html)).toBe(
    [
      '## On pumps\n\nSee the_list of spareparts * [x].\n\n- One\n  - Nested\n- Two\n1. Three\n',
      '```\n# no heading\n  kept\n```\n\n\\# no heading either',
    ].join('\n'),
  );
});

it('writes table rows on one line each', () => {
  const html =
    '<table><caption>Stock</caption><tr><th>Part</th><th>Count | place</th></tr>' +
    '<tr><td><p>Pump</p><p>small</p></td><td><b>5</b><br>cage</td></tr><tr><td></td><td></td></tr></table>';
  expect(htmlToText(html)).toBe('Stock\nPart | Count | place\nPump small | 5 cage');
});

it('does not pad cells: a table with one huge cell stays small', () => {
  const rows = '<tr><td>a</td><td>b</td></tr>'.repeat(1000);
  expect(htmlToText(`<table><tr><td>${'x'.repeat(5000)}</td><td>y</td></tr>${rows}</table>`).length).toBeLessThan(
    15_000,
  );
});

it('drops scripts, styles, comments and pictures but for their descriptions', () => {
  const html =
    '<head><title>t</title></head><script>evil()</script><style>p{}</style><!-- no -->' +
    '<p>Seen</p><img src="http://x.y/p.png" alt="A seal on a rock"><img src="q.png"><svg><text>no</text></svg>';
  expect(htmlToText(html)).toBe('Seen\n\nA seal on a rock');
});

it.each([
  ['ten thousand elements in each other', `${'<div>'.repeat(10_000)}The end${'</div>'.repeat(10_000)}`, 'The end'],
  ['as many that nobody closes', `${'<div><font>'.repeat(5_000)}The end`, 'The end'],
  ['lists in lists', `${'<ul><li>'.repeat(5_000)}The end${'</li></ul>'.repeat(5_000)}`, '- The end'],
  ['a long run of white space', `<p>The${'\u00a0'.repeat(400_000)}end`, `The${'\u00a0'.repeat(400_000)}end`],
  ['tables in tables', `${'<table><tr><td>'.repeat(3_000)}The end`, 'The end'],
])('reads %s', (_, html, text) => {
  expect(htmlToText(html).trim()).toBe(text);
});

it('reads a page of a hundred thousand paragraphs', () => {
  const text = htmlToText('<p>One <b>of</b> many</p>'.repeat(100_000));
  expect(text.length).toBe(100_000 * 'One of many\n\n'.length - 2);
});

it('takes time that grows with the length alone, however deep elements lie', () => {
  const started = performance.now();
  expect(htmlToText(`${'<div>'.repeat(400_000)}The end`)).toBe('The end');
  expect(htmlToText(`${'<div>'.repeat(180_000)}The end${'</div>'.repeat(180_000)} more`)).toBe('The end\n\nmore');
  expect(htmlToText(`${'<p hidden>'.repeat(1000)}${'<style>.a{'.repeat(100_000)}`)).toBe('');
  expect(htmlToText(`<style>${'/*'.repeat(200_000)}</style>${'<style>/**/.a{display:none}'.repeat(1000)}`)).toBe('');
  expect(performance.now() - started).toBeLessThan(5_000);
});

describe('what nobody sees', () => {
  const page = (inside: string) => htmlToText(`<p>Seen.</p>${inside}<p>Last.</p>`);

  it.each([
    ['hidden', '<p hidden>no</p>'],
    ['display: none', '<div style="color:red; DISPLAY : none !important"><p>no</p>no</div>'],
    ['visibility', '<p style="visibility:hidden">no</p>'],
    ['a class', '<style>a{} .x, p.off { display:none } </style><p class="big off">no</p><p class="x">no</p>'],
    ['an id', '<style media="all"><!-- #ghost{visibility:hidden;} --></style><div id="ghost">no</div>'],
    ['a template', '<template><p>no</p></template>'],
    ['without scripts', '<noscript><p>no</p></noscript>'],
    ['a closed dialog', '<dialog>no</dialog>'],
    ['hidden rows', '<table hidden><tr><td>no</td></tr></table>'],
    ['hidden pictures', '<img alt="no" style="display:none">'],
  ])('is left out: %s', (_, inside) => {
    expect(page(inside)).toBe('Seen.\n\nLast.');
  });

  it.each([
    ['for screen readers alone it is not', '<p aria-hidden="true">yes</p>'],
    ['to be found in the page', '<p hidden="until-found">yes</p>'],
    ['an open dialog', '<dialog open>yes</dialog>'],
    ['closed details', '<details><summary>yes</summary></details>'],
    ['visible again', '<div style="visibility:hidden">no<p style="visibility:visible">yes</p></div>'],
    ['hidden in print', '<style>@media print { .x { display: none } }</style><p class="x">yes</p>'],
    ['the open one of many', '<style>.tab{display:none} .tab.on{display:block}</style><p class="tab on">yes</p>'],
    ['hidden on paper', '<style media="print">.x{display:none}</style><p class="x">yes</p>'],
    ['hidden without scripts', '<noscript><style>.x{display:none}</style></noscript><p class="x">yes</p>'],
    ['a rule of another', '<style>.menu .x{display:none}</style><p class="x">yes</p>'],
  ])('is not %s', (_, inside) => {
    expect(page(inside)).toBe('Seen.\n\nyes\n\nLast.');
  });

  it('is all that some pages have, until a script runs', () => {
    expect(htmlToText('<body style="display:none"><p>yes</p>')).toBe('yes');
    expect(htmlToText('<style>.app{visibility:hidden}</style><div class="app">yes</div>')).toBe('yes');
    expect(htmlToText('<div id="root"></div><noscript>Turn on scripts.</noscript>')).toBe('Turn on scripts.');
  });
});

it.each([
  '<ruby>東京<rt>とうきょう</rt></ruby>の天気',
  '<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rp>(</rp><rt>きょう</rt><rp>)</rp></ruby>の天気',
  '<ruby>東<rt>とう<rt>ひがし</rt>京<rt>きょう</ruby>の天気',
  '<ruby><rb>東<rb>京<rt>とう<rt>きょう<rtc><rt>Tokyo</rtc></ruby>の天気',
])('keeps words whole whose pronunciation stands above them: %s', (html) => {
  expect(htmlToText(`<p>${html}</p>`)).toBe('東京の天気');
});

it('keeps words apart that a space parts which does not break', () => {
  expect(htmlToText('<p>5&nbsp;<b>kg</b>&#160;net\u00a0</p><p>&nbsp;</p><p>of\u00a0rope')).toBe(
    '5 kg net\n\nof\u00a0rope',
  );
});

it('reads what stands in the fields of a form', () => {
  const html =
    '<form>Berth<input value="Zulu 7"><input type="hidden" value="no"><input type=checkbox value=on>here</form>';
  expect(htmlToText(html)).toBe('Berth Zulu 7 here');
});

it('closes what drawings and formulas close', () => {
  expect(htmlToText('<p>a <svg><path/><title>x</title><g><text>no</text></svg>b <math><mi>c</mi></math></p>d')).toBe(
    'a b c\n\nd',
  );
});

it('keeps what stands in a page that nobody closed properly', () => {
  expect(htmlToText('<h1>Tide<p>One<p>Two<ul><li>Three<li>Four</ul>Five<pre>a\n  b')).toBe(
    '# Tide\n\nOne\n\nTwo\n\n- Three\n- Four\n\nFive\n\n```\na\n  b\n```',
  );
});

it('counts items as the page does', () => {
  const html = '<ol start="3"><li>Three<li>Four<li value="9">Nine</ol>';
  expect(htmlToText(html)).toBe('3. Three\n4. Four\n9. Nine');
});
