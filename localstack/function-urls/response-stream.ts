import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/** What `awslambda.HttpResponseStream.from` is told about the answer. */
export interface ResponseMetadata {
  statusCode?: number;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** The `responseStream` of a streaming function: its bytes go to the client as fast as the client takes them. */
export class ResponseStream extends Writable {
  readonly #response: ServerResponse;
  #metadata: ResponseMetadata = {};

  constructor(response: ServerResponse) {
    super();
    this.#response = response;
    response.once('close', () => {
      // The client went away: whoever writes here learns it and lets go of what it reads.
      if (!response.writableFinished) this.destroy();
    });
  }

  describe(metadata: ResponseMetadata): void {
    this.#metadata = metadata;
  }

  setContentType(type: string): void {
    this.#metadata = { ...this.#metadata, headers: { ...this.#metadata.headers, 'content-type': type } };
  }

  get headersSent(): boolean {
    return this.#response.headersSent;
  }

  #sendHead(): void {
    if (this.#response.headersSent) return;
    const { statusCode = 200, headers = {}, cookies } = this.#metadata;
    const contentType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
      ? {}
      : { 'content-type': 'application/octet-stream' };
    this.#response.writeHead(statusCode, {
      ...contentType,
      ...headers,
      ...(cookies === undefined ? {} : { 'set-cookie': cookies }),
    });
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#sendHead();
    this.#response.write(chunk, (error) => done(error));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#sendHead();
    this.#response.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#response.writableEnded) this.#response.destroy();
    done(error);
  }
}
