import { z } from 'zod';

/** The part of JSON Schema that zod writes for our routes. */
export interface JsonShape {
  $ref?: string;
  $defs?: Record<string, JsonShape>;
  id?: string;
  type?: string;
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
  notes: string;
}

/** The JSON Schema of a route's part, and the named shapes inside it, which `shapes` collects. */
export function jsonShape(schema: z.ZodType, io: 'input' | 'output', shapes: Map<string, JsonShape>): JsonShape {
  const { $defs, ...shape } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as JsonShape;
  for (const [name, definition] of Object.entries($defs ?? {})) shapes.set(name, definition);
  if (shape.id === undefined) return shape;
  shapes.set(shape.id, shape);
  return { $ref: `#/$defs/${shape.id}` };
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
    };
    return [field, ...fieldsOf(inner, `${name}${property.items ? '[]' : ''}.`)];
  });
}

/** `#/$defs/File` → `File`. */
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
  return shape.format ?? shape.type ?? 'any';
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
