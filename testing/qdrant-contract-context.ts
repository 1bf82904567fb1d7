import { randomUUID } from 'node:crypto';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type AnswerCheck, createAnswerCheck } from './qdrant-answer-check.ts';

export interface QdrantUnderTest {
  url: string;
  apiKey?: string | undefined;
  stop(): Promise<void>;
}

export interface RawAnswer {
  status: number;
  text: string;
  /** `result` of the envelope. */
  result: unknown;
  /** `status.error` of the envelope. */
  error: string | undefined;
}

type CreateOptions = Parameters<QdrantClient['createCollection']>[1];

export interface ContractContext {
  client(): QdrantClient;
  target(): QdrantUnderTest;
  /** A request without the client, so that what it would not send can be sent. A string is sent as it is. */
  raw(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RawAnswer>;
  /** A name that nothing has; a collection of that name is dropped after the test. */
  newName(): string;
  /** Makes a collection that is dropped after the test. */
  newCollection(options: CreateOptions): Promise<string>;
}

/** Watches every answer that this file's requests get, the client's too, and keeps what the description does not allow. */
function watchAnswers(origin: () => string, check: AnswerCheck | undefined, problems: string[]): () => void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await original(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (check !== undefined && url.origin === origin()) {
      problems.push(
        ...check({
          method: init?.method ?? 'GET',
          pathname: decodeURIComponent(url.pathname),
          status: answer.status,
          contentType: answer.headers.get('content-type') ?? '',
          text: await answer.clone().text(),
        }),
      );
    }
    return answer;
  };
  return () => {
    globalThis.fetch = original;
  };
}

function envelope(text: string): { result?: unknown; status?: { error?: string } } {
  return text.startsWith('{') ? JSON.parse(text) : {};
}

/** Sets up what the contract's tests share; call it inside `describe`. */
export function useContractContext(start: () => Promise<QdrantUnderTest>): ContractContext {
  let target: QdrantUnderTest | undefined;
  let client: QdrantClient | undefined;
  let unwatch: (() => void) | undefined;
  const problems: string[] = [];
  const names: string[] = [];

  const current = (): QdrantUnderTest => {
    if (target === undefined) throw new Error('The server under test has not started.');
    return target;
  };
  const currentClient = (): QdrantClient => {
    client ??= new QdrantClient({ url: current().url, headers: keyHeader(current()), checkCompatibility: false });
    return client;
  };

  beforeAll(async () => {
    target = await start();
    unwatch = watchAnswers(() => new URL(current().url).origin, createAnswerCheck(), problems);
  });
  afterEach(async () => {
    for (const name of names.splice(0)) await currentClient().deleteCollection(name);
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    unwatch?.();
    await target?.stop();
  });

  const newName = (): string => {
    const name = `contract-${randomUUID()}`;
    names.push(name);
    return name;
  };
  return {
    client: currentClient,
    target: current,
    newName,
    newCollection: async (options) => {
      const name = newName();
      await currentClient().createCollection(name, options);
      return name;
    },
    raw: async (method, path, body, headers) => {
      const answer = await fetch(`${current().url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...keyHeader(current()), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const { result, status } = envelope(text);
      return { status: answer.status, text, result, error: status?.error };
    },
  };
}

function keyHeader({ apiKey }: QdrantUnderTest): Record<string, string> {
  return apiKey === undefined ? {} : { 'api-key': apiKey };
}
