import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { DEFAULT_HUB_URL } from '#shared/adapters/transformers/hub-download.ts';
import { missingModelFiles } from '#shared/adapters/transformers/model-files.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { LocalEmbedder } from '#shared/ports/raw-model.ts';
import { askHub } from './hub.ts';

export interface ModelWish {
  /** EMBEDDING_MODEL. */
  wanted: string;
  /** The model that filled the index in this data folder; undefined while the index is empty. */
  live: string | undefined;
  /** MODEL_DIR. */
  modelDir: string;
  hubUrl?: string;
  /** Nothing stands in then, and nothing is fetched. */
  production?: boolean;
  progress(text: string, fraction?: number): void;
}

export interface ChosenModel {
  embedder: LocalEmbedder;
  /** True for the hashing stand-in. */
  builtIn: boolean;
}

/**
 * Decides which model serves this machine, and says so through `progress` whenever it is not simply the wanted one.
 * An index that holds vectors decides; else EMBEDDING_MODEL does. The stand-in takes its place only where the files are
 * not there and no hub can be reached. Files that are there but cannot be loaded, a name that the hub does not know, and
 * a download that breaks off are errors: whoever has or can get the real model wants it, not a quiet change of quality.
 * @throws AppError MODEL_UNAVAILABLE with a sentence that says what to do
 */
export async function chooseModel(wish: ModelWish): Promise<ChosenModel> {
  const id = wish.live ?? wish.wanted;
  if (wish.production) return chooseForProduction(id, wish);
  if (id === HASHING_MODEL_ID) {
    wish.progress(wish.wanted === HASHING_MODEL_ID ? HASHING_ASKED_FOR : hashingStays(wish.wanted));
    return standIn();
  }
  if (id !== wish.wanted) wish.progress(indexDecides(id, wish.wanted));
  return loadReal(id, wish);
}

async function loadReal(id: string, wish: ModelWish): Promise<ChosenModel> {
  const load = async (allowRemote: boolean): Promise<ChosenModel> => {
    // Loading the runtime costs time and memory that a machine with the stand-in never needs.
    const { createTransformersEmbedder } = await import('#shared/adapters/transformers/transformers-embedder.ts');
    const embedder = await createTransformersEmbedder({
      modelId: id,
      modelDir: wish.modelDir,
      allowRemote,
      hubUrl: wish.hubUrl,
      onProgress: ({ file, fraction }) => wish.progress(`Downloading ${id} (${file})`, fraction),
    });
    return { embedder, builtIn: false };
  };

  const missing = await missingModelFiles(wish.modelDir, id);
  if (missing.length === 0) return load(false);
  const hub = await askHub(wish.hubUrl ?? DEFAULT_HUB_URL, id);
  if (hub === 'found') return load(true);
  if (hub === 'no-such-model') {
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `The model hub has no public model "${id}". Check EMBEDDING_MODEL, or put the model's files into ${wish.modelDir}/${id}.`,
    });
  }
  if (wish.live !== undefined) {
    throw new AppError('MODEL_UNAVAILABLE', {
      detail:
        `The index in this data folder was built with "${id}", which cannot be loaded: ${missing.join(', ')} missing in ` +
        `${wish.modelDir}/${id}, and the model hub cannot be reached. Copy the files there, or start once with access to the hub.`,
    });
  }
  wish.progress(standInBanner(id, wish.modelDir));
  return standIn();
}

async function chooseForProduction(id: string, wish: ModelWish): Promise<ChosenModel> {
  const missing = id === HASHING_MODEL_ID ? [] : await missingModelFiles(wish.modelDir, id);
  if (id !== HASHING_MODEL_ID && missing.length === 0) return loadReal(id, wish);
  throw new AppError('MODEL_UNAVAILABLE', {
    detail:
      id === HASHING_MODEL_ID
        ? `The index was built with the built-in ${HASHING_MODEL_ID}, which is not allowed in production. Start locally, change the index (npm run admin -- reembed --model NAME) and start again.`
        : `The model of EMBEDDING_MODEL, "${id}", is missing, and there is no stand-in in production. Put its files into ${wish.modelDir}/${id} (missing: ${missing.join(', ')}) or set EMBEDDING_URL.`,
  });
}

function standIn(): ChosenModel {
  return { embedder: createHashingEmbedder(), builtIn: true };
}

const HASHING_ASKED_FOR = `Using the built-in ${HASHING_MODEL_ID}, as set in EMBEDDING_MODEL. It finds shared words, not meanings.`;

const hashingStays = (wanted: string): string =>
  `This index was built with the built-in ${HASHING_MODEL_ID}, which therefore stays in use. It finds shared words, not meanings.\n` +
  `To use ${wanted}, put its files into MODEL_DIR and change the index: npm run admin -- reembed --model ${wanted}`;

const indexDecides = (live: string, wanted: string): string =>
  `This index was built with ${live}, which therefore stays in use. To change it: npm run admin -- reembed --model ${wanted}`;

const standInBanner = (id: string, modelDir: string): string =>
  `${id} is not in MODEL_DIR and the model hub cannot be reached, so the built-in ${HASHING_MODEL_ID} is used instead. It finds shared words, not meanings.\n` +
  `To use the real model, copy its files to ${modelDir}/${id} or connect to the hub, and start again. To move existing files to it: npm run admin -- reembed --model ${id}`;
