/**
 * The refusals of Qdrant's REST API. `message` is the whole text of `status.error`, prefix included, because the
 * prefix ("Wrong input: ", "Format error in JSON body: " …) is part of what clients match on.
 */
export class QdrantError extends Error {
  override readonly name: string = 'QdrantError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A refusal that Qdrant only finds while it applies an update, after the request was accepted: with `wait=false` the
 * caller never hears of it.
 */
export class UpdateRefused extends QdrantError {
  override readonly name = 'UpdateRefused';
}

export function formatError(message: string): QdrantError {
  return new QdrantError(400, `Format error in JSON body: ${message}`);
}

export function validationError(field: string, message: string): QdrantError {
  return new QdrantError(422, `Validation error in JSON body: [${field}: ${message}]`);
}

export function badRequest(message: string): QdrantError {
  return new QdrantError(400, `Bad request: ${message}`);
}

export function wrongInput(message: string): QdrantError {
  return new QdrantError(400, `Wrong input: ${message}`);
}

export function notFound(message: string): QdrantError {
  return new QdrantError(404, `Not found: ${message}`);
}

export function collectionMissing(name: string): QdrantError {
  return notFound(`Collection \`${name}\` doesn't exist!`);
}

export function collectionTaken(name: string): QdrantError {
  return new QdrantError(409, `Wrong input: Collection \`${name}\` already exists!`);
}

export function pointMissing(id: string): UpdateRefused {
  return new UpdateRefused(404, `Not found: No point with id ${id} found`);
}

const DIMENSION = (expected: number, got: number, suffix: string): string =>
  `Wrong input: Vector dimension error: expected dim: ${expected}, got ${got}${suffix}`;

export function queryDimension(expected: number, got: number): QdrantError {
  return new QdrantError(400, DIMENSION(expected, got, ''));
}

export function updateDimension(expected: number, got: number, vectorName: string): UpdateRefused {
  return new UpdateRefused(400, DIMENSION(expected, got, vectorName === '' ? '' : ` for vector '${vectorName}'`));
}

export function vectorNameMissing(name: string): UpdateRefused {
  return new UpdateRefused(400, `Wrong input: Not existing vector name error: ${name}`);
}

export function sparseMixedUp(): UpdateRefused {
  return new UpdateRefused(400, 'Wrong input: Conversion between sparse and regular vectors failed');
}

export function notSupported(what: string): QdrantError {
  return badRequest(`${what} is not supported by the local stand-in; set QDRANT_URL to use Qdrant itself`);
}
