import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { allOf } from '#shared/crypto/testing/streams.ts';
import { beginStream } from './content-store.ts';

it('gives everything, in order, also when there is nothing', async () => {
  async function* three() {
    yield* [1, 2, 3];
  }
  expect(await allOf(await beginStream(three()))).toEqual([1, 2, 3]);
  async function* none() {
    yield* [] as number[];
  }
  expect(await allOf(await beginStream(none()))).toEqual([]);
});

it('fails before anything was given when the first piece fails', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield await Promise.reject(new Error('at once'));
  }
  await expect(beginStream(failing())).rejects.toThrow('at once');
});

it('ends its source when the stream around it is destroyed before it was read', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  async function* endless() {
    try {
      for (;;) yield Buffer.from('x');
    } finally {
      end();
    }
  }
  Readable.from(await beginStream(endless())).destroy();
  await ended;
});
