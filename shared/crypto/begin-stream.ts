/**
 * Waits for the first piece of a stream before anything is answered, so that an error in it can still become a proper
 * answer. The stream returned gives everything, the first piece included; leaving it early ends the source.
 * @throws what the source throws before its first piece
 */
export async function beginStream<T>(source: AsyncIterable<T>): Promise<AsyncIterableIterator<T>> {
  const iterator = source[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  // Not a generator: one that nobody began to read would not pass the end on to its source.
  const stream: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      const result = first ?? (await iterator.next());
      first = undefined;
      return result;
    },
    async return() {
      first = undefined;
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
