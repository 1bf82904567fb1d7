import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Node = null | boolean | number | string | Node[] | { [key: string]: Node };
type ObjectNode = { [key: string]: Node };

function isObjectNode(node: Node | undefined): node is ObjectNode {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** OpenAPI 3.0's `nullable` said in JSON Schema; the bare `{nullable: true}` of Qdrant's description means null. */
function toJsonSchema(node: Node): Node {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (!isObjectNode(node)) return node;
  const { nullable, ...rest } = node;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, toJsonSchema(inner)]));
  if (nullable !== true) return schema;
  if (Object.keys(schema).length === 0) return { type: 'null' };
  return { anyOf: [schema, { type: 'null' }] };
}

function member(node: Node | undefined, ...path: string[]): Node | undefined {
  let at = node;
  for (const key of path) at = isObjectNode(at) ? at[key] : undefined;
  return at;
}

function matchesTemplate(template: string, pathname: string): boolean {
  const wanted = template.split('/');
  const given = pathname.split('/');
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
}

export interface Answer {
  method: string;
  pathname: string;
  status: number;
  contentType: string;
  text: string;
}

/** Says what is wrong with an answer, in words; nothing when it is as described. */
export type AnswerCheck = (answer: Answer) => string[];

/**
 * A check of answers against Qdrant's own OpenAPI description, a file that the environment variable QDRANT_OPENAPI names.
 * Undefined, with a loud warning, when there is no such file.
 */
export function createAnswerCheck(): AnswerCheck | undefined {
  const path = process.env.QDRANT_OPENAPI;
  if (path === undefined || !existsSync(path)) {
    console.warn(
      path === undefined
        ? 'QDRANT_OPENAPI is not set: the answers are NOT validated against the OpenAPI description of Qdrant.'
        : `QDRANT_OPENAPI names ${path}, which does not exist: the answers are NOT validated.`,
    );
    return undefined;
  }
  const description = toJsonSchema(JSON.parse(readFileSync(path, 'utf8')) as Node);
  const ajv = new Ajv({ strict: false, validateSchema: false });
  addFormats.default(ajv);
  for (const format of ['uint', 'uint8', 'uint16', 'uint32', 'uint64']) ajv.addFormat(format, true);
  ajv.addSchema(description as ObjectNode, 'qdrant');
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `qdrant#${pointer}` });
    validators.set(pointer, known);
    return known;
  };
  const templates = Object.keys((member(description, 'paths') ?? {}) as ObjectNode).sort(
    (left, right) => left.split('{').length - right.split('{').length,
  );

  return ({ method, pathname, status, contentType, text }) => {
    // Refused keys are answered in plain text, which the description does not know.
    if (status === 401 || !contentType.includes('application/json')) return [];
    const template = templates.find(
      (one) => matchesTemplate(one, pathname) && member(description, 'paths', one, method.toLowerCase()) !== undefined,
    );
    if (template === undefined) return [`${method} ${pathname} is not in the description`];
    const responses = ['paths', template, method.toLowerCase(), 'responses'];
    const described = (member(description, ...responses) ?? {}) as ObjectNode;
    const key = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((one) =>
      Object.hasOwn(described, one),
    );
    const steps = [...responses, key ?? '', 'content', 'application/json', 'schema'];
    if (member(description, ...steps) === undefined) return [`${status} of ${method} ${template} is not described`];
    const pointer = steps
      .map((step) => `/${encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1'))}`)
      .join('');
    const body = JSON.parse(text) as Node;
    const problems: string[] = [];
    // The description does not require `result`, and clients fail without it.
    if (status === 200 && template !== '/' && member(body, 'result') === undefined) problems.push('no result');
    if (status === 200 && template !== '/' && member(body, 'status') !== 'ok') problems.push('status is not "ok"');
    if (status !== 200 && typeof member(body, 'status', 'error') !== 'string') problems.push('no status.error');
    const validate = validatorOf(pointer);
    if (!validate(body)) problems.push(ajv.errorsText(validate.errors));
    return problems.map((problem) => `${status} of ${method} ${template}: ${problem}; ${text.slice(0, 500)}`);
  };
}
