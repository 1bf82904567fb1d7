import type { EmbeddingModel } from './embedder.ts';
import type { SparseVector } from './sparse-embedder.ts';

interface PointPlace {
  /** UUIDv5 of file, generation and chunk index. */
  id: string;
  fileId: string;
  generation: number;
  chunkIndex: number;
  page: number;
}

export interface ChunkPoint extends PointPlace {
  dense: number[];
  sparse: SparseVector;
}

/** The picture of a page; of another size than the vectors of texts. */
export interface PicturePoint extends PointPlace {
  image: number[];
}

export type IndexPoint = ChunkPoint | PicturePoint;

export interface VectorHit {
  id: string;
  score: number;
}

export type VectorLeg = 'dense' | 'sparse' | 'image';

/** Legs that rank the same passages, so that the vector store can fuse them; pictures stand beside them. */
export const FUSED_LEGS = ['dense', 'sparse'] as const satisfies readonly VectorLeg[];

/** Points of one file that a search must not see; bounds left out are open. */
export interface HiddenGenerations {
  fileId: string;
  /** The first generation that is hidden. */
  from?: number;
  /** The last one. */
  upTo?: number;
}

export interface VectorQuery {
  /** Whose index is searched; the one behind the alias when left out. */
  model?: string;
  legs: Partial<{ dense: number[]; sparse: SparseVector; image: number[] }>;
  /** Weight of each leg in reciprocal rank fusion; 1 when left out. */
  weights: Partial<Record<VectorLeg, number>>;
  /** Hits of a leg that score no more than this are left out of it. */
  floors?: Partial<Record<VectorLeg, number>>;
  /** Hits wanted, from the best on. */
  limit: number;
  /** Only chunks of these files. */
  fileIds?: readonly string[];
  /** Left out of every leg, so that they take no ranks. */
  hidden?: readonly HiddenGenerations[];
}

export interface VectorAnswer {
  /** Of {@link FUSED_LEGS}. */
  fused: VectorHit[];
  legs: Partial<Record<VectorLeg, VectorHit[]>>;
}

/**
 * Vectors of all people, one person's never visible in another's call: the owner is part of every call. Each model has an
 * index of its own; an alias, for tools that people use, leads to the one that is searched.
 */
export interface VectorIndex {
  /**
   * Makes the place for this person's vectors of this model, once; and in it, where `imageDimensions` are given, the one
   * for the vectors of pictures.
   * @throws AppError EMBEDDING_SIZE_MISMATCH when it is there for vectors of another size
   */
  ensure(ownerId: string, model: EmbeddingModel, imageDimensions?: number): Promise<void>;
  /** Returns when the points are durable and searchable. `model` is the texts', beside whose vectors pictures stand. */
  upsert(ownerId: string, model: EmbeddingModel, points: readonly IndexPoint[]): Promise<void>;
  /**
   * Replaces the sparse vectors of the person's points, leaving everything else as it is; what this model's index does not
   * hold is not made.
   */
  replaceSparse(ownerId: string, model: string, points: readonly { id: string; sparse: SparseVector }[]): Promise<void>;
  /**
   * Deletes every point of the file up to and including this generation.
   * @param models whose indexes have points; the one behind the alias when there are none
   * @param after generations up to this one stay
   */
  deleteFile(
    ownerId: string,
    fileId: string,
    upToGeneration: number,
    models?: readonly string[],
    after?: number,
  ): Promise<void>;
  /** One call to the vector store; a person without an index, or without pictures, gets empty lists. */
  search(ownerId: string, query: VectorQuery): Promise<VectorAnswer>;
  /** Exact count of a person's points, of one file when named, in this model's index or the one behind the alias. */
  count(ownerId: string, fileId?: string, model?: string): Promise<number>;
  /** The vectors of those pictures, by id, that this model's index holds. At most 200. */
  readPictures(ownerId: string, model: string, ids: readonly string[]): Promise<Map<string, number[]>>;
  /** Lets every person's alias lead to the index of this model, where they have one. */
  moveAliases(model: string): Promise<void>;
  /** Deletes the index of this model, of all people. @returns false when the deadline (as of Date.now) came first */
  dropIndex(model: string, deadline: number): Promise<boolean>;
  /** Deletes all that is this person's. What lands after it stays, so it is called again once nothing can be under way. */
  dropOwner(ownerId: string): Promise<void>;
  ping(): Promise<void>;
}
