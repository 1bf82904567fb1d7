import { expect, test } from 'vitest';
import { escapeHtml, html } from './escape-html.ts';

test('what is put in is escaped, between tags and inside quotes', () => {
  const hostile = `<script>alert("1")</script>&'`;
  expect(escapeHtml(hostile)).toBe('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  expect(html`<p title="${hostile}">${hostile}</p>`.markup).not.toMatch(/<script|"1"|'/);
});

test('markup inside markup is not escaped again; lists are joined; undefined is left out', () => {
  const items = ['a<b', 'c'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${undefined}${7}`.markup).toBe('<ul><li>a&lt;b</li><li>c</li></ul>7');
});
