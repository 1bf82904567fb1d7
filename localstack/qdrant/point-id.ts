import { formatError } from './errors.ts';
import type { Json } from './json.ts';

/** An unsigned 64-bit number (bigint beyond 2^53) or a UUID in lower case with hyphens. */
export type PointId = number | bigint | string;

const MAX_U64 = 2n ** 64n - 1n;
const UUID_FORM = /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

function parseUuid(text: string): string | undefined {
  const parts = UUID_FORM.exec(text);
  return parts === null ? undefined : parts.slice(1).join('-').toLowerCase();
}

function fromInteger(value: bigint): PointId | undefined {
  if (value < 0n || value > MAX_U64) return undefined;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The id that a JSON value is, or undefined when it is none. */
export function readPointIdIfAny(value: Json | undefined): PointId | undefined {
  if (typeof value === 'string') return parseUuid(value);
  if (typeof value === 'bigint') return fromInteger(value);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** @throws QdrantError 400 for anything but an unsigned integer or a UUID. */
export function readPointId(value: Json | undefined): PointId {
  const id = readPointIdIfAny(value);
  if (id !== undefined) return id;
  const shown = typeof value === 'string' || typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  throw formatError(`value ${shown} is not a valid point ID, valid values are either an unsigned integer or a UUID`);
}

/** The id in a URL, or undefined when it is none. */
export function parsePointId(text: string): PointId | undefined {
  return /^\d{1,20}$/.test(text) ? fromInteger(BigInt(text)) : parseUuid(text);
}

/** Qdrant's order: numbers before UUIDs. */
export function comparePointIds(left: PointId, right: PointId): number {
  const leftIsUuid = typeof left === 'string';
  if (leftIsUuid !== (typeof right === 'string')) return leftIsUuid ? 1 : -1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
