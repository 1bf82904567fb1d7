import { expect, test } from 'vitest';
import { ROUTES } from '#shared/api/routes.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { escapeHtml } from '#shared/text/escape-html.ts';
import { buildDocsPage } from './docs-page.ts';

const { html, policy } = buildDocsPage('https://docs.example.com/');

test('every route stands in the page with its method, path and answers', () => {
  for (const { method, path, responses } of ROUTES) {
    const begin = html.indexOf(`">${method}</span> <code>${escapeHtml(path)}</code>`);
    expect(begin, `${method} ${path}`).toBeGreaterThan(-1);
    const card = html.slice(begin, html.indexOf('</article>', begin));
    for (const status of Object.keys(responses)) expect(card).toContain(`<code>${status}</code>`);
  }
});

test('every error code stands in the table with its status and sentence', () => {
  for (const [code, { status, title }] of Object.entries(ERROR_CODES)) {
    expect(html).toContain(
      `<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
    );
  }
});

test('request fields show their types, limits and defaults, also those inside others', () => {
  expect(html).toContain('<code>filters.fileIds</code></td><td>list of uuid</td>');
  expect(html).toMatch(/<code>limit<\/code><\/td><td>integer<\/td>\s*<td>1 to 100, default 10<br>/);
  expect(html).toContain('<code>parts[].etag</code>');
});

test('no type runs into another, and each route names every status it can answer with', () => {
  expect(html).not.toContain('stringnull');
  expect(html).toContain('<td>string or null</td>');
  const search = html.slice(html.indexOf('">POST</span> <code>/search</code>'));
  const card = search.slice(0, search.indexOf('</article>'));
  for (const code of ['413 REQUEST_TOO_LARGE', '429 RATE_LIMITED', '503 SEARCH_UNAVAILABLE']) {
    expect(card).toContain(`<code>${code}</code>`);
  }
});

test('every link within the page leads somewhere, and no id stands twice', () => {
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(targets.length).toBeGreaterThan(50);
  expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
});

test('the page runs no script and asks no other host', () => {
  expect(html).not.toMatch(/<script|\son[a-z]+="|\sstyle="/i);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//i);
  expect(policy).toContain("script-src 'none'");
  expect(policy).toContain("connect-src 'none'");
  expect(policy).not.toContain('unsafe');
});

test('the example uses the public address, escaped', () => {
  expect(html).toContain('curl -s https://docs.example.com/auth/register');
  const hostile = buildDocsPage('https://example.com/<img src=x onerror=alert(1)>').html;
  expect(hostile).not.toContain('<img');
});
