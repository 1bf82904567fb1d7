import { modelFamily } from './models.ts';

/** How one model of pictures wants to be used. */
export interface ImageModelProfile {
  /** Length of its vectors; undefined for a model that must be asked. */
  dimensions: number | undefined;
  /** Weight of the leg in reciprocal rank fusion, as a share of what all legs of texts weigh together. */
  fusionShare: number;
  /**
   * Likeness of a description and a picture from which on the picture counts as an answer to it. A question about texts
   * has a nearest picture, too; below this it is none that anybody looked for.
   */
  floor: number;
}

// With k = 2 the best picture comes after the two best passages on which all legs agree (1/3 and 1/4 of the texts' weight
// against 2/9) and before all others (1/5), whatever the text model's own weights are.
const FUSION_SHARE = 2 / 3;

const UNKNOWN_MODEL: ImageModelProfile = { dimensions: undefined, fusionShare: FUSION_SHARE, floor: 0.2 };

// Captions and their pictures are published around .30 for these models, pictures and captions of others around .16
// (the LAION collections kept pairs from .28 and .30 on); to be replaced by what the quality bench measures.
function clip(dimensions: number, floor: number): ImageModelProfile {
  return { ...UNKNOWN_MODEL, dimensions, floor };
}

const FAMILIES: ReadonlyMap<string, ImageModelProfile> = new Map([
  ['clip-vit-base-patch32', clip(512, 0.24)],
  ['clip-vit-base-patch16', clip(512, 0.24)],
  ['clip-vit-large-patch14', clip(768, 0.18)],
  ['clip-vit-large-patch14-336', clip(768, 0.18)],
]);

/** What is known about a model of pictures by its name, with defaults for one that is not in the registry. */
export function imageModelProfile(modelId: string): ImageModelProfile {
  return FAMILIES.get(modelFamily(modelId)) ?? UNKNOWN_MODEL;
}
