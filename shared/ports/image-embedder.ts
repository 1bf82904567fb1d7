/** What is known about the model that makes the vectors of pictures. */
export interface ImageModel {
  /** Hub name, e.g. `Xenova/clip-vit-base-patch32`. */
  id: string;
  /** Length of every vector. */
  dimensions: number;
}

/**
 * Puts pictures and descriptions of them into one space of vectors of unit length (CLIP). Two adapters: in-process
 * transformers, and any OpenAI-compatible endpoint that takes pictures as Infinity does.
 */
export interface ImageEmbedder {
  /** @throws AppError MODEL_UNAVAILABLE, DEPENDENCY_UNAVAILABLE */
  describe(): Promise<ImageModel>;
  /**
   * One vector a picture, in order.
   * @param pictures PNG or WebP files that this system made itself, at most {@link MOST_PICTURES} of them
   * @throws AppError MODEL_UNAVAILABLE, DEPENDENCY_UNAVAILABLE, PROCESSING_FAILED for what cannot be read
   */
  embedImages(pictures: readonly Uint8Array[]): Promise<number[][]>;
  /** The vector of a description, near those of the pictures it fits. @throws as embedImages */
  embedDescription(text: string): Promise<number[]>;
}

/** Pictures of one call: eight of 512 pixels are some 2 MB. */
export const MOST_PICTURES = 8;
