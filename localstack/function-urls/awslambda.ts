import type { ResponseMetadata, ResponseStream } from './response-stream.ts';

export type StreamingHandler = (event: object, stream: ResponseStream, context: object) => Promise<void>;

const STREAMING = Symbol('streaming handler');

/** The global that Lambda's Node runtime gives to functions that stream their answer. */
export const awslambda = {
  streamifyResponse(handler: StreamingHandler): StreamingHandler {
    return Object.assign(handler, { [STREAMING]: true });
  },
  HttpResponseStream: {
    from(stream: ResponseStream, metadata: ResponseMetadata): ResponseStream {
      stream.describe(metadata);
      return stream;
    },
  },
};

export function isStreamingHandler(value: unknown): value is StreamingHandler {
  return typeof value === 'function' && STREAMING in value;
}
