import { readCollectionConfig, readConfigUpdate, readNewVector } from '../decode/collection-config.ts';
import { readCreateIndex } from '../decode/index-schema.ts';
import { asArray, asObject, asString, required } from '../decode/reader.ts';
import type { AliasAction, Database } from '../engine/database.ts';
import { formatError, QdrantError } from '../errors.ts';
import type { RouteRequest } from '../http/request.ts';
import type { Route } from '../http/router.ts';
import { type Json, type JsonObject, ownValue } from '../json.ts';
import { describeCollection } from './collection-info.ts';
import { answerUpdate, nameOf } from './update-answer.ts';

const MAX_NAME_LENGTH = 255;
const FORBIDDEN = /[<>:"/\\|?*]/;

function checkNewName(name: string): void {
  const problem =
    name.length > MAX_NAME_LENGTH
      ? `value ${JSON.stringify(name)} invalid, must be from 1 to ${MAX_NAME_LENGTH} characters`
      : undefined;
  const forbidden = FORBIDDEN.exec(name)?.[0];
  const message = problem ?? (forbidden && `collection name cannot contain ${JSON.stringify(forbidden)} char`);
  if (message !== undefined) {
    throw new QdrantError(422, `Validation error in path parameters: [collection_name: ${message}]`);
  }
}

function readAliasAction(value: Json): AliasAction {
  const object = asObject(value, 'enum AliasOperations');
  const create = ownValue(object, 'create_alias');
  if (create !== undefined) {
    const inner = asObject(create, 'struct CreateAlias');
    const collection = required(inner, 'collection_name', asString);
    return { kind: 'create', alias: required(inner, 'alias_name', asString), collection };
  }
  const remove = ownValue(object, 'delete_alias');
  if (remove !== undefined) {
    return { kind: 'delete', alias: required(asObject(remove, 'struct DeleteAlias'), 'alias_name', asString) };
  }
  const rename = ownValue(object, 'rename_alias');
  if (rename !== undefined) {
    const inner = asObject(rename, 'struct RenameAlias');
    const from = required(inner, 'old_alias_name', asString);
    return { kind: 'rename', from, to: required(inner, 'new_alias_name', asString) };
  }
  throw formatError('data did not match any variant of untagged enum AliasOperations');
}

function shownAliases(aliases: readonly [string, string][]): JsonObject {
  return { aliases: aliases.map(([alias_name, collection_name]) => ({ alias_name, collection_name })) };
}

async function createCollection(database: Database, request: RouteRequest): Promise<boolean> {
  const name = nameOf(request);
  checkNewName(name);
  await database.create(name, readCollectionConfig(await request.body()));
  return true;
}

async function updateCollection(database: Database, request: RouteRequest): Promise<boolean> {
  const collection = database.find(nameOf(request));
  await collection.configure(readConfigUpdate(await request.body(), collection.config));
  return true;
}

async function createVector(database: Database, request: RouteRequest): Promise<JsonObject> {
  const collection = database.find(nameOf(request));
  const config = readNewVector(await request.body(), request.path.vector ?? '', collection.config);
  if (config !== collection.config) await collection.configure(config);
  return { operation_id: collection.lastOperation, status: 'completed' };
}

async function changeAliases(database: Database, request: RouteRequest): Promise<boolean> {
  const body = asObject(await request.body(), 'struct ChangeAliasesOperation');
  await database.changeAliases(required(body, 'actions', (list) => asArray(list)).map(readAliasAction));
  return true;
}

function aliasesOf(database: Database, request: RouteRequest): JsonObject {
  const name = nameOf(request);
  const collection = database.find(name);
  return shownAliases(database.allAliases().filter(([, target]) => database.lookUp(target) === collection));
}

/** Collections, their aliases and their payload indexes. */
export function collectionRoutes(database: Database): Route[] {
  return [
    {
      method: 'GET',
      path: '/collections',
      handle: () => ({ collections: database.names().map((name) => ({ name })) }),
    },
    { method: 'PUT', path: '/collections/{name}', handle: (request) => createCollection(database, request) },
    { method: 'PATCH', path: '/collections/{name}', handle: (request) => updateCollection(database, request) },
    { method: 'DELETE', path: '/collections/{name}', handle: (request) => database.delete(nameOf(request)) },
    {
      method: 'GET',
      path: '/collections/{name}',
      handle: (request) => describeCollection(database.find(nameOf(request))),
    },
    {
      method: 'GET',
      path: '/collections/{name}/exists',
      handle: (request) => ({ exists: database.lookUp(nameOf(request)) !== undefined }),
    },
    { method: 'GET', path: '/aliases', handle: () => shownAliases(database.allAliases()) },
    { method: 'GET', path: '/collections/{name}/aliases', handle: (request) => aliasesOf(database, request) },
    { method: 'POST', path: '/collections/aliases', handle: (request) => changeAliases(database, request) },
    {
      method: 'PUT',
      path: '/collections/{name}/vectors/{vector}',
      handle: (request) => createVector(database, request),
    },
    {
      method: 'PUT',
      path: '/collections/{name}/index',
      handle: (request) => answerUpdate(database, request, readCreateIndex),
    },
    {
      method: 'DELETE',
      path: '/collections/{name}/index/{field}',
      handle: (request) => {
        const field = request.path.field ?? '';
        return answerUpdate(database, { ...request, body: async () => null }, () => ({ kind: 'dropIndex', field }));
      },
    },
  ];
}
