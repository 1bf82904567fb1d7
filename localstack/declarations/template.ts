import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse, type ScalarTag } from 'yaml';

/** A value of a CloudFormation template; `!Ref X` is read as `{Ref: 'X'}`, as in its long form. */
export type TemplateValue = string | number | boolean | null | TemplateValue[] | { [key: string]: TemplateValue };

export type TemplateObject = { [key: string]: TemplateValue };

export interface Template {
  service: string;
  /** The functions of serverless.yml, by key. */
  functions: Record<string, TemplateObject>;
  /** The CloudFormation resources, by logical id. */
  resources: Record<string, TemplateObject>;
}

const shortForm = (tag: string, longForm: (value: string) => TemplateObject): ScalarTag => ({
  tag,
  resolve: (value) => longForm(value),
});

const CLOUDFORMATION_TAGS = [
  shortForm('!Ref', (value) => ({ Ref: value })),
  shortForm('!Sub', (value) => ({ 'Fn::Sub': value })),
  shortForm('!GetAtt', (value) => ({ 'Fn::GetAtt': value.split('.') })),
];

export function isObject(value: TemplateValue | undefined): value is TemplateObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads serverless.yml and the files it includes, as far as the local cloud needs them: the forms `${file(…)}`,
 * `${self:…}` and `${env:…}`, each with fallbacks after commas. Other variables stay as they are written.
 *
 * @param serviceDir the folder of serverless.yml
 * @throws Error when a file is missing or a variable has neither a value nor a fallback
 */
export async function readTemplate(serviceDir: string, env: Record<string, string | undefined>): Promise<Template> {
  const root = await readYaml(resolve(serviceDir, 'serverless.yml'));
  if (!isObject(root)) throw new Error(`${serviceDir}/serverless.yml does not contain a mapping`);
  if (typeof root.service !== 'string') throw new Error(`${serviceDir}/serverless.yml does not name a service`);
  const lookup = { root, env };
  return {
    service: root.service,
    functions: await mergeParts(root.functions, serviceDir, lookup, (part) => part),
    resources: await mergeParts(root.resources, serviceDir, lookup, (part) => part.Resources),
  };
}

interface Lookup {
  root: TemplateObject;
  env: Record<string, string | undefined>;
}

async function readYaml(path: string): Promise<TemplateValue> {
  return parse(await readFile(path, 'utf8'), { customTags: CLOUDFORMATION_TAGS }) as TemplateValue;
}

async function mergeParts(
  value: TemplateValue | undefined,
  serviceDir: string,
  lookup: Lookup,
  select: (part: TemplateObject) => TemplateValue | undefined,
): Promise<Record<string, TemplateObject>> {
  const merged: Record<string, TemplateObject> = {};
  for (const item of Array.isArray(value) ? value : [value ?? {}]) {
    const file = typeof item === 'string' ? /^\$\{file\(([^)]+)\)\}$/.exec(item)?.[1] : undefined;
    const part = file === undefined ? item : await readYaml(resolve(serviceDir, file));
    const selected = isObject(part) ? select(part) : undefined;
    if (!isObject(selected)) continue;
    for (const [key, entry] of Object.entries(selected)) {
      const filled = fillVariables(entry, lookup);
      if (isObject(filled)) merged[key] = filled;
    }
  }
  return merged;
}

function fillVariables(value: TemplateValue, lookup: Lookup): TemplateValue {
  if (typeof value === 'string') return fillText(value, lookup);
  if (Array.isArray(value)) return value.map((item) => fillVariables(item, lookup));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fillVariables(entry, lookup)]));
}

function fillText(text: string, lookup: Lookup): string {
  return text.replace(/\$\{((?:self|env):[^}]+)\}/g, (_, expression: string) => resolveVariable(expression, lookup));
}

function resolveVariable(expression: string, lookup: Lookup): string {
  for (const choice of expression.split(',').map((part) => part.trim())) {
    const literal = /^'(.*)'$/.exec(choice)?.[1];
    if (literal !== undefined) return literal;
    const [source, path = ''] = choice.split(':', 2);
    const found = source === 'env' ? lookup.env[path] : lookupPath(lookup.root, path);
    if (typeof found === 'string' && found !== '') return fillText(found, lookup);
    if (typeof found === 'number') return String(found);
  }
  throw new Error(`serverless.yml: \${${expression}} has no value`);
}

function lookupPath(root: TemplateObject, path: string): TemplateValue | undefined {
  let value: TemplateValue | undefined = root;
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
  return value;
}
