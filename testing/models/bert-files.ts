import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
/** Ids of {@link bertVocabulary} below this one are special tokens. */
export const FIRST_WORD_ID = SPECIAL_TOKENS.length;

/** Special tokens, the words, and every printable ASCII character, alone and as the continuation of a word. */
export function bertVocabulary(words: readonly string[]): string[] {
  const characters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !/[A-Z]/.test(c));
  const pieces = characters.filter((c) => /[a-z0-9]/.test(c)).map((c) => `##${c}`);
  return [...new Set([...SPECIAL_TOKENS, ...words, ...characters, ...pieces])];
}

export interface BertFiles {
  modelDir: string;
  modelId: string;
  vocabulary: readonly string[];
  dimensions: number;
  /** Told by tokenizer_config.json and config.json. */
  maxTokens: number;
  /** File name under `onnx/` and its bytes. */
  weights: { file: 'model.onnx' | 'model_quantized.onnx'; bytes: Uint8Array };
}

/** Writes the two files of a BERT tokenizer. */
export async function writeBertTokenizer(
  folder: string,
  files: Pick<BertFiles, 'vocabulary' | 'maxTokens'>,
): Promise<void> {
  const special = (content: string) => ({
    id: SPECIAL_TOKENS.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: '[SEP]', type_id: 1 } },
      ],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(files.vocabulary.map((token, id) => [token, id])),
    },
  };
  const tokenizerConfig = {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    model_max_length: files.maxTokens,
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  };
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(tokenizer)),
    writeFile(path.join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig)),
  ]);
}

/** Writes `<modelDir>/<modelId>/` as the hub lays a BERT model out; returns that folder. */
export async function writeBertFiles(files: BertFiles): Promise<string> {
  const folder = path.join(files.modelDir, files.modelId);
  const config = {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: files.dimensions,
    max_position_embeddings: files.maxTokens,
    vocab_size: files.vocabulary.length,
    pad_token_id: 0,
  };
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  await Promise.all([
    writeFile(path.join(folder, 'config.json'), JSON.stringify(config)),
    writeBertTokenizer(folder, files),
    writeFile(path.join(folder, 'onnx', files.weights.file), files.weights.bytes),
  ]);
  return folder;
}
