import { expect, it } from 'vitest';
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
