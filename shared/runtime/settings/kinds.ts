import { z } from 'zod';
import { parseAddressRange } from '#shared/runtime/client-address.ts';

/** All that is said about a setting; the reader, the docs, `.env.example` and AWS's environment are made from it. */
export interface Setting {
  /** What values it takes, and its default; without one, and not optional, it is required. */
  schema: z.ZodType;
  /** What it is, in words for people, with its unit; Markdown. */
  doc: string;
  /** On AWS it stands in Secrets Manager, never in the template. */
  secret?: true;
  /** What AWS's functions get, as YAML; else what the environment of the deployment has under the same name. */
  aws?: string;
  /** Why AWS's functions do not get it. */
  local?: string;
}

export type Settings = Readonly<Record<string, Setting>>;

export const MIB = 1024 ** 2;

export const longSecret = (minimum: number) => z.string().min(minimum, `must be at least ${minimum} characters`);

const wholeNumber = (minimum: number, maximum: number) => {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(error).int(error).min(minimum, error).max(maximum, error);
};
export const integer = (fallback: number, minimum: number, maximum: number) =>
  wholeNumber(minimum, maximum).default(fallback);
export const integerOrNone = (minimum: number, maximum: number) => wholeNumber(minimum, maximum).optional();

export const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(holdsNoPassword, 'must not contain a username or password');
/** Without a path, which would be lost where addresses are made from it. */
export const baseUrl = url.refine(isBase, 'must be an address without a path');

/** Sent in a header, which holds no other characters. */
export const key = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces');

/** Servers name models as they like (`@cf/baai/bge-m3`, `/models/bge`); a plus joins two in the name of an index. */
export const model = z
  .string()
  .regex(
    /^(?!(?:.*\/)?\.\.(?:\/|$))[^+\p{Cc}]+$/u,
    'must be a name such as Xenova/bge-small-en-v1.5, without plus signs, line breaks or ..',
  );

export const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 lower-case letters, digits, dots and hyphens');

export const origins = z
  .string()
  .default('')
  .transform(listed)
  .refine((list) => list.every(isOrigin), 'must be a list of origins like https://app.example.com');

export const addressRanges = z
  .string()
  .default('')
  .transform((list, context) => {
    const texts = listed(list);
    const known = texts.map(parseAddressRange).filter((range) => range !== undefined);
    if (known.length < texts.length) context.addIssue('must be a list of addresses and networks like 10.0.0.0/8');
    return known;
  });

export const ocrLanguages = z
  .string()
  .regex(/^[A-Za-z_]{3,30}(\+[A-Za-z_]{3,30})*$/, 'must be language codes such as eng+deu')
  .default('eng+deu+fra+spa+ita+por')
  .transform((codes): [string, ...string[]] => {
    const [first = '', ...others] = new Set(codes.split('+'));
    return [first, ...others];
  });

function holdsNoPassword(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed === null || (parsed.username === '' && parsed.password === '');
}

function isBase(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed === null || (parsed.pathname === '/' && parsed.search === '' && parsed.hash === '');
}

/** `*` is none: what it lets in nobody chose. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function listed(list: string): string[] {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
