import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { constant, node, onnxModel } from './onnx-writer.ts';

const BINS = 80;
const TIMESTAMPS = 1_501;
const LANGUAGES = ['en', 'de', 'cy'];
/** Far above what the sound contributes to any word. */
const CERTAIN = 200;

export interface TinyWhisperOptions {
  modelDir: string;
  modelId: string;
  /** What is said to be heard where a tone is the strongest sound: Hz and lower-case words, no word twice. */
  phrases: readonly { hertz: number; words: readonly string[] }[];
  /** The language that the model takes everything for. */
  language?: (typeof LANGUAGES)[number];
  /** Bytes of another encoder that answers the same: [batch, 1, 80], the mean of each bin. */
  encoder?: Uint8Array;
}

/**
 * A real Whisper model of some kilobytes: an encoder that averages the spectrum of a window, and a decoder that names
 * the phrase of its strongest tone, from 0 to 1 s. It proves the plumbing, the languages and the seconds, not
 * recognition. Returns its folder.
 */
export async function writeTinyWhisper(options: TinyWhisperOptions): Promise<string> {
  const { modelDir, modelId, phrases, language = 'en' } = options;
  const words = phrases.flatMap((phrase) => phrase.words);
  const specials = [
    ...['<|endoftext|>', '<|startoftranscript|>', ...LANGUAGES.map((code) => `<|${code}|>`)],
    ...['<|translate|>', '<|transcribe|>', '<|notimestamps|>'],
  ];
  const id = (token: string): number =>
    token.startsWith('<|') ? words.length + specials.indexOf(token) : words.indexOf(token);
  const firstTimestamp = words.length + specials.length;
  const oneSecond = firstTimestamp + 50;
  const size = firstTimestamp + TIMESTAMPS;

  // What follows each token; beyond the vocabulary where the sound decides.
  const next = new BigInt64Array(size).fill(BigInt(id('<|endoftext|>')));
  next[id('<|startoftranscript|>')] = BigInt(id(`<|${language}|>`));
  next[id('<|transcribe|>')] = BigInt(firstTimestamp);
  next[firstTimestamp] = BigInt(size);
  for (const phrase of phrases) {
    phrase.words.forEach((word, at) => {
      const follower = phrase.words[at + 1];
      next[id(word)] = BigInt(follower === undefined ? oneSecond : id(follower));
    });
  }
  const hears = new Float32Array(size);
  hears[firstTimestamp] = 1;
  const ear = new Float32Array(BINS * size);
  for (const {
    hertz,
    words: [first = ''],
  } of phrases) {
    const centre = binOf(hertz);
    for (let bin = 0; bin < BINS; bin += 1) {
      ear[bin * size + id(first)] = Math.abs(bin - centre) <= 1 ? 20 : -60 / (BINS - 3);
    }
  }

  const folder = path.join(modelDir, modelId);
  const json = (name: string, value: object) => writeFile(path.join(folder, name), JSON.stringify(value));
  const ids = {
    decoder_start_token_id: id('<|startoftranscript|>'),
    eos_token_id: id('<|endoftext|>'),
    pad_token_id: id('<|endoftext|>'),
    bos_token_id: id('<|endoftext|>'),
  };
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  await Promise.all([
    json('config.json', {
      ...{ model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'], is_encoder_decoder: true },
      ...{
        d_model: BINS,
        encoder_layers: 1,
        decoder_layers: 1,
        encoder_attention_heads: 1,
        decoder_attention_heads: 1,
      },
      ...{ num_mel_bins: BINS, max_source_positions: 1_500, max_target_positions: 448, vocab_size: size, ...ids },
    }),
    json('generation_config.json', {
      ...{ ...ids, is_multilingual: true, max_length: 448, no_timestamps_token_id: id('<|notimestamps|>') },
      lang_to_id: Object.fromEntries(LANGUAGES.map((code) => [`<|${code}|>`, id(`<|${code}|>`)])),
      task_to_id: { transcribe: id('<|transcribe|>'), translate: id('<|translate|>') },
    }),
    json('preprocessor_config.json', {
      ...{ feature_extractor_type: 'WhisperFeatureExtractor', processor_class: 'WhisperProcessor', feature_size: BINS },
      ...{ chunk_length: 30, n_fft: 400, hop_length: 160, sampling_rate: 16_000, n_samples: 480_000 },
      nb_max_frames: 3_000,
    }),
    json('tokenizer.json', tokenizer(words, specials)),
    json('tokenizer_config.json', { tokenizer_class: 'WhisperTokenizer', unk_token: '<|endoftext|>' }),
    writeFile(path.join(folder, 'onnx', 'encoder_model_quantized.onnx'), options.encoder ?? encoder()),
    writeFile(path.join(folder, 'onnx', 'decoder_model_merged_quantized.onnx'), decoder(size, next, hears, ear)),
  ]);
  return folder;
}

/** Which of the 80 bins of Slaney's mel scale up to 8 kHz is centred next to a frequency. */
function binOf(hertz: number): number {
  const mel = (f: number): number => (f < 1_000 ? (3 * f) / 200 : 15 + (27 * Math.log(f / 1_000)) / Math.log(6.4));
  return Math.round((mel(hertz) * (BINS + 1)) / mel(8_000)) - 1;
}

function encoder(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'input_features', type: 'float', dims: ['batch', BINS, 'frames'] }],
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: ['batch', 1, BINS] }],
    constants: [],
    nodes: [
      node('ReduceMean', ['input_features'], ['mean'], { axes: [2], keepdims: 1 }),
      node('Transpose', ['mean'], ['last_hidden_state'], { perm: [0, 2, 1] }),
    ],
  });
}

function decoder(size: number, next: BigInt64Array, hears: Float32Array, ear: Float32Array): Uint8Array {
  return onnxModel({
    inputs: [
      { name: 'input_ids', type: 'int64', dims: ['batch', 'sequence'] },
      { name: 'encoder_hidden_states', type: 'float', dims: ['batch', 1, BINS] },
    ],
    outputs: [{ name: 'logits', type: 'float', dims: ['batch', 'sequence', size] }],
    constants: [
      constant('next', [size], next),
      constant('hears', [size, 1], hears),
      constant('ear', [BINS, size], ear),
      constant('depth', [1], BigInt64Array.of(BigInt(size))),
      constant('off_on', [2], Float32Array.of(0, CERTAIN)),
    ],
    nodes: [
      node('Gather', ['next', 'input_ids'], ['following'], { axis: 0 }),
      node('OneHot', ['following', 'depth', 'off_on'], ['certain'], { axis: -1 }),
      node('MatMul', ['encoder_hidden_states', 'ear'], ['heard']),
      node('Gather', ['hears', 'input_ids'], ['open'], { axis: 0 }),
      node('Mul', ['open', 'heard'], ['named']),
      node('Add', ['certain', 'named'], ['logits']),
    ],
  });
}

function tokenizer(words: readonly string[], specials: readonly string[]): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, at) => ({
      ...{ id: words.length + at, content, special: true },
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    // The letter that stands for a space before the word.
    model: { type: 'BPE', vocab: Object.fromEntries(words.map((word, at) => [`\u0120${word}`, at])), merges: [] },
  };
}
