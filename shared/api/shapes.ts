import { z } from 'zod';

/** The part of JSON Schema that zod writes for our routes. */
export interface JsonShape {
  $ref?: string;
  $defs?: Record<string, JsonShape>;
  type?: string | readonly string[];
  description?: string;
  examples?: readonly unknown[];
  pattern?: string;
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, JsonShape>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonShape;
  items?: JsonShape;
  anyOf?: readonly JsonShape[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Field {
  /** Dotted for fields inside fields, `[]` after the name of a list. */
  name: string;
  type: string;
  /** Names of the shapes that the type mentions. */
  shapes: string[];
  required: boolean;
  /** Limits and defaults. */
  notes: string;
  description: string;
}

const PLACE = '#/components/schemas/';

/**
 * The JSON Schema of a route's part. Named shapes, itself included, are collected in `shapes` and referred to by where
 * they stand in an OpenAPI document.
 * @throws Error when two shapes have one name
 */
export function jsonShape(schema: z.ZodType, io: 'input' | 'output', shapes: Map<string, JsonShape>): JsonShape {
  // Inside another one, so that a schema with a name becomes a definition like those inside it.
  const whole = z.toJSONSchema(z.object({ part: schema }), {
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => (io === 'output' ? loosen(jsonSchema) : undefined),
  });
  const moved = JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', `"${PLACE}`)) as JsonShape;
  for (const [name, definition] of Object.entries(moved.$defs ?? {})) {
    const known = shapes.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) throw new Error(`Two shapes are named ${name}.`);
    shapes.set(name, definition);
  }
  return moved.properties?.part ?? {};
}

/** What we answer may get more fields one day, and is in the format it names: nobody has to check it by our patterns. */
function loosen(schema: { additionalProperties?: unknown; format?: unknown; pattern?: unknown }): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.format !== undefined) delete schema.pattern;
}

/** The fields of an object, those of objects inside it after them; a choice between objects lists each one's. */
export function fieldsOf(shape: JsonShape, prefix = ''): Field[] {
  if (shape.anyOf) return shape.anyOf.flatMap((choice) => fieldsOf(choice, prefix));
  return Object.entries(shape.properties ?? {}).flatMap(([key, property]) => {
    const name = prefix + key;
    const inner = property.items ?? property;
    const field: Field = {
      name,
      type: typeName(property),
      shapes: mentioned(property),
      required: shape.required?.includes(key) ?? false,
      notes: limits(property),
      description: property.description ?? '',
    };
    return [field, ...fieldsOf(inner, `${name}${property.items ? '[]' : ''}.`)];
  });
}

/** `#/components/schemas/File` → `File`. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** A type in words, e.g. `list of string` or `File or null`. */
export function typeName(shape: JsonShape): string {
  if (shape.$ref) return refName(shape.$ref);
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (shape.anyOf) return [...new Set(shape.anyOf.map(typeName))].join(' or ');
  if (shape.type === 'array') return shape.items ? `list of ${typeName(shape.items)}` : 'list';
  if (shape.type === 'object' && typeof shape.additionalProperties === 'object') {
    return `map of name to ${typeName(shape.additionalProperties)}`;
  }
  return shape.format ?? [shape.type ?? 'any'].flat().join(' or ');
}

function mentioned(shape: JsonShape): string[] {
  if (shape.$ref) return [refName(shape.$ref)];
  const inside = [...(shape.anyOf ?? []), ...(shape.items ? [shape.items] : [])];
  return [...new Set(inside.flatMap(mentioned))];
}

function limits(shape: JsonShape): string {
  const notes = [
    range(shape.minLength, shape.maxLength, 'characters'),
    range(shape.minItems, shape.maxItems, 'items'),
    // zod writes the whole range of safe integers where a schema sets no bound.
    range(safe(shape.minimum), safe(shape.maximum), ''),
    shape.default === undefined ? '' : `default ${JSON.stringify(shape.default)}`,
  ];
  return notes.filter((note) => note !== '').join(', ');
}

function safe(bound: number | undefined): number | undefined {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

function range(minimum: number | undefined, maximum: number | undefined, unit: string): string {
  if (minimum === undefined && maximum === undefined) return '';
  const span =
    minimum === undefined
      ? `at most ${maximum}`
      : maximum === undefined
        ? `at least ${minimum}`
        : `${minimum} to ${maximum}`;
  return `${span} ${unit}`.trim();
}
