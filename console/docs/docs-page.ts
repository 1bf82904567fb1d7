import { contentSecurityPolicy } from '#console/content-security-policy.ts';
import { readPageAsset } from '#console/page-asset.ts';
import { problemSchema } from '#shared/api/problem.ts';
import type { RouteSpec } from '#shared/api/route.ts';
import { errorCodesOf } from '#shared/api/route-errors.ts';
import { ROUTES } from '#shared/api/routes.ts';
import { type Field, fieldsOf, type JsonShape, jsonShape, refName, typeName } from '#shared/api/shapes.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { html, type Markup } from '#shared/text/escape-html.ts';

type Shapes = Map<string, JsonShape>;

const TAGS: Record<RouteSpec['tag'], string> = {
  accounts: 'Accounts',
  files: 'Files',
  search: 'Search',
  drive: 'Google Drive',
  system: 'System',
};
const AUTH: Record<RouteSpec['auth'], string> = {
  none: 'no token',
  bearer: 'access token',
  optional: 'more with an access token',
  webhook: 'webhook token',
};

/** The documentation for people, made from the same descriptions that validate the requests. */
export function buildDocsPage(publicUrl: string): { html: string; policy: string } {
  const style = readPageAsset('theme.css') + readPageAsset('docs.css');
  const shapes: Shapes = new Map();
  const problem = jsonShape(problemSchema, 'output', shapes);
  const sections = Object.entries(TAGS).map(([tag, title]) =>
    routeGroup(
      tag,
      title,
      ROUTES.filter((route) => route.tag === tag),
      shapes,
    ),
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OmniRAG: routes and error codes</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body>
<header>
<h1>OmniRAG</h1>
<p>The HTTP API. Also available as <a href="/openapi.json">OpenAPI 3.1</a>, and as <a href="/">the console</a> in your browser.</p>
<nav aria-label="On this page">${Object.entries(TAGS).map(([tag, title]) => html`<a href="#${tag}">${title}</a> `)}
<a href="#shapes">Schemas</a> <a href="#errors">Error codes</a></nav>
</header>
<main>
<section aria-labelledby="start"><h2 id="start">Quick start</h2>
<pre tabindex="0"><code>${curlExample(publicUrl.replace(/\/+$/, ''))}</code></pre>
<p>JSON in camelCase; ids are UUIDs; times are RFC 3339 in UTC. Where a route needs an access token, send
<code>Authorization: Bearer TOKEN</code>. Every error is returned as <code>application/problem+json</code>, as ${shapeLink(problem)}.</p>
</section>
${sections}
<section aria-labelledby="shapes"><h2 id="shapes">Schemas</h2>${[...shapes].map(([name, shape]) => shapeCard(name, shape))}</section>
${errorTable()}
</main>
</body>
</html>
`;
  return { html: page.markup, policy: contentSecurityPolicy({ scripts: [], styles: [style], connectTo: [] }) };
}

function routeGroup(tag: string, title: string, routes: readonly RouteSpec[], shapes: Shapes): Markup {
  return html`<section aria-labelledby="${tag}"><h2 id="${tag}">${title}</h2>
${routes.map((route) => routeCard(route, shapes))}</section>`;
}

function routeCard(route: RouteSpec, shapes: Shapes): Markup {
  return html`<article>
<h3><span class="method ${route.method.toLowerCase()}">${route.method}</span> <code>${route.path}</code>
<small class="auth ${route.auth}">${AUTH[route.auth]}</small></h3>
<p>${prose(route.summary)}</p>
${requestPart('Path', route.params, shapes)}
${requestPart('Query', route.query, shapes)}
${requestPart('JSON body', route.body, shapes)}
${route.formFile ? html`<h4>Or a form</h4><p><code>multipart/form-data</code> with one file in the field <code>${route.formFile}</code></p>` : undefined}
${headersPart(route)}
<h4>Responses</h4>
<ul>${Object.entries(route.responses).map(
    ([status, answer]) =>
      html`<li><code>${status}</code> ${prose(answer.description)}${answer.schema ? answerShape(jsonShape(answer.schema, 'output', shapes)) : undefined}</li>`,
  )}</ul>
${errorsPart(route)}
</article>`;
}

function requestPart(title: string, schema: RouteSpec['params'], shapes: Shapes): Markup | undefined {
  if (!schema) return undefined;
  // Request bodies are shown in place: each belongs to one route.
  const named: Shapes = new Map();
  const shape = jsonShape(schema, 'input', named);
  const own = shape.$ref === undefined ? undefined : refName(shape.$ref);
  const fields = fieldsOf(own === undefined ? shape : (named.get(own) ?? {}));
  for (const [name, definition] of named) if (name !== own) shapes.set(name, definition);
  return fields.length > 0 ? html`<h4>${title}</h4>${fieldTable(fields)}` : undefined;
}

function headersPart(route: RouteSpec): Markup | undefined {
  if (!route.headers) return undefined;
  return html`<h4>Headers</h4><ul>${Object.entries(route.headers).map(
    ([name, description]) => html`<li><code>${name}</code> ${prose(description)}</li>`,
  )}</ul>`;
}

function answerShape(shape: JsonShape): Markup {
  if (shape.$ref) return html`: ${shapeLink(shape)}`;
  const fields = fieldsOf(shape);
  return fields.length > 0 ? html`: ${fieldTable(fields)}` : html` <code>${typeName(shape)}</code>`;
}

function errorsPart(route: RouteSpec): Markup {
  return html`<h4>Errors</h4><p>${errorCodesOf(route).map(
    (code) => html`<a class="code" href="#error-${code}"><code>${ERROR_CODES[code].status} ${code}</code></a> `,
  )}</p>`;
}

/** Our descriptions put names of code between backticks. */
function prose(text: string): Markup {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function fieldTable(fields: readonly Field[]): Markup {
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Notes</th></tr></thead>
<tbody>${fields.map(
    (field) => html`<tr><td><code>${field.name}</code></td><td>${fieldType(field)}</td>
<td>${fieldNotes(field)}</td></tr>`,
  )}</tbody></table></div>`;
}

function fieldNotes({ required, notes, description }: Field): Markup {
  const limits = [required ? 'required' : '', notes].filter((note) => note !== '').join(', ');
  return html`${limits}${limits && description ? html`<br>` : ''}${prose(description)}`;
}

function fieldType({ type, shapes }: Field): Markup {
  // Splitting on a captured group keeps the names, so that each becomes a link and the words between stay.
  const parts = shapes.length > 0 ? type.split(new RegExp(`\\b(${shapes.join('|')})\\b`)) : [type];
  return html`${parts.map((part) => (shapes.includes(part) ? html`<a href="#shape-${part}">${part}</a>` : part))}`;
}

function shapeLink(shape: JsonShape): Markup {
  const name = refName(shape.$ref ?? '');
  return html`<a href="#shape-${name}">${name}</a>`;
}

function shapeCard(name: string, shape: JsonShape): Markup {
  return html`<article><h3 id="shape-${name}"><code>${name}</code></h3>
${shape.anyOf?.map((choice, index) => html`<h4>${index === 0 ? 'Either' : 'Or'}</h4>${fieldTable(fieldsOf(choice))}`) ?? fieldTable(fieldsOf(shape))}</article>`;
}

function errorTable(): Markup {
  return html`<section aria-labelledby="errors"><h2 id="errors">Error codes</h2>
<p>Codes are stable. The error of a file whose <code>status</code> is <code>FAILED</code> uses the same codes.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${Object.entries(ERROR_CODES).map(
    ([code, { status, title }]) =>
      html`<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )}</tbody></table></div></section>`;
}

/** @param baseUrl without a slash at its end */
function curlExample(baseUrl: string): string {
  return `# Create an account; its first access token is valid for 15 minutes
TOKEN=$(curl -s ${baseUrl}/auth/register \\
  -H 'Content-Type: application/json' \\
  -d '{"email": "ada@example.com", "username": "ada", "password": "a long pass phrase"}' \\
  | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')

# Upload a file of up to 4 MiB; the response contains its id
curl -s ${baseUrl}/files -H "Authorization: Bearer $TOKEN" -F file=@report.pdf

# Check its status: repeat until "status" is "READY"
curl -s ${baseUrl}/files -H "Authorization: Bearer $TOKEN"

# Search: the best passages with their pages
curl -s -G ${baseUrl}/search -H "Authorization: Bearer $TOKEN" \\
  --data-urlencode 'q=What does the report recommend?'`;
}
