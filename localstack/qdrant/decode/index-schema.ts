import type { Operation } from '../engine/operations.ts';
import { INDEX_KINDS, type IndexSchema } from '../engine/payload-index.ts';
import { wrongInput } from '../errors.ts';
import { type Json, ownValue } from '../json.ts';
import { parsePath } from '../json-path.ts';
import { asObject, asString, oneOf, required } from './reader.ts';

function readSchema(value: Json): IndexSchema {
  if (typeof value === 'string') return { kind: oneOf(value, INDEX_KINDS), params: undefined };
  const params = asObject(value, 'enum PayloadSchemaParams');
  return { kind: required(params, 'type', (kind) => oneOf(kind, INDEX_KINDS)), params };
}

/** Reads the body of `PUT /collections/{name}/index`. */
export function readCreateIndex(value: Json): Operation {
  const object = asObject(value, 'struct CreateFieldIndex');
  const field = required(object, 'field_name', asString);
  parsePath(field);
  const schema = ownValue(object, 'field_schema') ?? ownValue(object, 'field_type') ?? null;
  if (schema === null) {
    throw wrongInput(`Unable to infer type for the field '${field}'. Please specify \`field_type\``);
  }
  return { kind: 'createIndex', field, schema: readSchema(schema) };
}
