import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLock, lockFile } from '#localstack/file-lock.ts';
import { collectionMissing, collectionTaken, notFound, wrongInput } from '../errors.ts';
import { readRegistry, writeRegistry } from '../storage/registry.ts';
import { Collection } from './collection.ts';
import type { CollectionConfig } from './collection-config.ts';

export type AliasAction =
  | { kind: 'create'; alias: string; collection: string }
  | { kind: 'delete'; alias: string }
  | { kind: 'rename'; from: string; to: string };

interface Entry {
  file: string;
  collection: Collection;
}

/** All collections and aliases of a data folder. Changes of the list itself happen one after another. */
export class Database {
  private readonly folder: string;
  private readonly lock: FileLock;
  private readonly entries = new Map<string, Entry>();
  private readonly aliases = new Map<string, string>();
  private lastChange: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, lock: FileLock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** @throws Error when another server holds the folder, or a file in it is not ours */
  static async open(folder: string): Promise<Database> {
    await mkdir(join(folder, 'collections'), { recursive: true, mode: 0o700 });
    const lock = lockFile(join(folder, 'lock'));
    if (!lock)
      throw new Error(`${folder} is in use by another Qdrant-compatible server; stop it or choose another folder.`);
    const database = new Database(folder, lock);
    try {
      await database.load();
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  private get registryPath(): string {
    return join(this.folder, 'registry.json');
  }

  private logPath(file: string): string {
    return join(this.folder, 'collections', file);
  }

  private async load(): Promise<void> {
    const registry = await readRegistry(this.registryPath);
    const known = new Set(registry.collections.map(([, file]) => file));
    // What a crash left behind: a collection not yet, or no longer, in the registry.
    for (const file of await readdir(join(this.folder, 'collections'))) {
      if (!known.has(file)) await rm(this.logPath(file), { force: true });
    }
    for (const [name, file] of registry.collections) {
      this.entries.set(name, { file, collection: await Collection.open(this.logPath(file)) });
    }
    for (const [alias, name] of registry.aliases) this.aliases.set(alias, name);
  }

  private save(): Promise<void> {
    return writeRegistry(this.registryPath, {
      version: 1,
      collections: [...this.entries].map(([name, { file }]) => [name, file]),
      aliases: [...this.aliases],
    });
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.lastChange.then(change, change);
    this.lastChange = turn;
    return turn;
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  allAliases(): [string, string][] {
    return [...this.aliases];
  }

  /** The collection of this name or alias, if there is one. */
  lookUp(name: string): Collection | undefined {
    return (this.entries.get(name) ?? this.entries.get(this.aliases.get(name) ?? ''))?.collection;
  }

  /** @throws QdrantError 404 */
  find(name: string): Collection {
    const collection = this.lookUp(name);
    if (collection === undefined) throw collectionMissing(name);
    return collection;
  }

  /** As {@link find}, with the words that Qdrant uses for the other collection of a query. @throws QdrantError 404 */
  findOther(name: string): Collection {
    const collection = this.lookUp(name);
    if (collection === undefined) throw notFound(`Collection ${name} not found`);
    return collection;
  }

  /** @throws QdrantError 409 when the name is taken, 400 when an alias has it */
  create(name: string, config: CollectionConfig): Promise<void> {
    return this.inTurn(async () => {
      if (this.entries.has(name)) throw collectionTaken(name);
      if (this.aliases.has(name)) {
        throw wrongInput(`Can't create collection with name ${name}. Alias with the same name already exists`);
      }
      const file = `${randomUUID()}.log`;
      const collection = await Collection.create(this.logPath(file), config);
      this.entries.set(name, { file, collection });
      await this.save();
    });
  }

  /** Deletes a collection and its aliases; false when there is none of this name. */
  delete(name: string): Promise<boolean> {
    return this.inTurn(async () => {
      const entry = this.entries.get(name);
      if (entry === undefined) return false;
      this.entries.delete(name);
      for (const [alias, target] of this.aliases) if (target === name) this.aliases.delete(alias);
      await this.save();
      await entry.collection.close();
      await rm(this.logPath(entry.file), { force: true });
      return true;
    });
  }

  /** Carries out the actions in order; those before a refused one stay. @throws QdrantError 404, 409 */
  changeAliases(actions: readonly AliasAction[]): Promise<void> {
    return this.inTurn(async () => {
      try {
        for (const action of actions) this.changeAlias(action);
      } finally {
        await this.save();
      }
    });
  }

  private changeAlias(action: AliasAction): void {
    if (action.kind === 'create') {
      if (!this.entries.has(action.collection)) throw collectionMissing(action.collection);
      if (this.entries.has(action.alias)) throw collectionTaken(action.alias);
      this.aliases.set(action.alias, action.collection);
      return;
    }
    if (action.kind === 'delete') {
      this.aliases.delete(action.alias);
      return;
    }
    const target = this.aliases.get(action.from);
    if (target === undefined) throw notFound(`Alias ${action.from} does not exists!`);
    if (this.entries.has(action.to)) throw collectionTaken(action.to);
    this.aliases.delete(action.from);
    this.aliases.set(action.to, target);
  }

  /** Finishes every write, then lets go of the folder. */
  async close(): Promise<void> {
    await this.lastChange.catch(() => undefined);
    try {
      for (const { collection } of this.entries.values()) await collection.close();
    } finally {
      this.lock.release();
    }
  }
}
