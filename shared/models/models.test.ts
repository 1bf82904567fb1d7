import { describe, expect, it } from 'vitest';
import { chunkLimits, knownModel, modelProfile } from './models.ts';

describe('the registry of embedding models', () => {
  it('knows the default model and its larger sister', () => {
    const small = knownModel('Xenova/bge-small-en-v1.5');
    expect(small).toMatchObject({ dimensions: 384, maxTokens: 512, pooling: 'cls', passagePrefix: '' });
    expect(small?.queryPrefix).toBe('Represent this sentence for searching relevant passages: ');
    expect(knownModel('Xenova/bge-large-en-v1.5')?.dimensions).toBe(1024);
  });

  it('knows the same weights under the names of other publishers', () => {
    expect(knownModel('BAAI/bge-small-en-v1.5')).toBe(knownModel('Xenova/bge-small-en-v1.5'));
    expect(knownModel('onnx-community/all-MiniLM-L6-v2-ONNX')).toBe(knownModel('Xenova/all-MiniLM-L6-v2'));
  });

  it('puts both prefixes on for e5', () => {
    expect(modelProfile('Xenova/multilingual-e5-small')).toMatchObject({
      queryPrefix: 'query: ',
      passagePrefix: 'passage: ',
      pooling: 'mean',
    });
  });

  it('falls back to mean pooling without prefixes for a model it does not know', () => {
    expect(knownModel('someone/their-own')).toBeUndefined();
    expect(modelProfile('someone/their-own')).toMatchObject({
      dimensions: undefined,
      pooling: 'mean',
      queryPrefix: '',
      fusionWeights: { dense: 1, sparse: 0.5, bm25: 0.5 },
    });
  });

  it('lets only the hashing stand-in count for less than the sparse leg', () => {
    expect(modelProfile('hashing-384').fusionWeights).toEqual({ dense: 0.1, sparse: 1, bm25: 9 });
    expect(modelProfile('Xenova/bge-small-en-v1.5').fusionWeights).toEqual({ dense: 1, sparse: 0.5, bm25: 0.5 });
  });
});

describe('chunk limits', () => {
  const limits = (id: string, maxTokens: number) => chunkLimits({ id, dimensions: 384, maxTokens });

  it('are half the window with an eighth of it repeated', () => {
    expect(limits('Xenova/bge-small-en-v1.5', 512)).toEqual({ maxTokens: 256, overlapTokens: 32 });
    expect(limits('sentence-transformers/all-MiniLM-L12-v2', 128)).toEqual({ maxTokens: 64, overlapTokens: 8 });
  });

  it('end at 512 tokens however much the model reads', () => {
    expect(limits('BAAI/bge-m3', 8192).maxTokens).toBe(512);
  });

  it('leave room for special tokens and prefix in a tiny window', () => {
    expect(limits('Xenova/multilingual-e5-small', 8).maxTokens).toBe(3);
    expect(limits('someone/absurd', 1)).toEqual({ maxTokens: 1, overlapTokens: 0 });
  });
});
