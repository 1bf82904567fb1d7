import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';

/** A call of S3 or SQS, signed ones that somebody else carries out included. */
export interface RecordedCall {
  /** As in serverless.yml. */
  function: string;
  /** e.g. `GetObject` */
  operation: string;
  bucket?: string;
  key?: string;
  /** The name of a queue. */
  queue?: string;
  /** Whether the call depends on the object's ETag. */
  conditional?: boolean;
}

/** The part of an SDK's command that every call of it goes through, sent or only signed. */
interface CommandPrototype {
  resolveMiddlewareWithContext(this: { input: unknown }, ...rest: unknown[]): unknown;
}

/** The setting that names the file; only tests set it. */
export const RECORD_SETTING = 'OMNIRAG_RECORD_CALLS';

const current = new AsyncLocalStorage<string>();

/** Runs a function so that its calls are recorded under its name. */
export function recordedAs<T>(functionKey: string, run: () => T): T {
  return current.run(functionKey, run);
}

/**
 * From now on appends every kind of call that a function makes, once, to a file of JSON lines: what it needs to be allowed
 * on AWS. It wraps the SDK's own commands, so that no adapter has to know of it.
 * @param functionKey of a process that runs one function alone; else {@link recordedAs} tells
 */
export function recordCalls(file: string, functionKey?: string): void {
  const seen = new Set<string>();
  // One for both SDKs, unless they come to depend on different versions of what they share.
  for (const prototype of new Set([GetObjectCommand, SendMessageCommand].map(commonPrototype))) {
    const original = prototype.resolveMiddlewareWithContext;
    prototype.resolveMiddlewareWithContext = function recording(...rest) {
      const name = current.getStore() ?? functionKey;
      if (name !== undefined) append({ function: name, ...describe(this.constructor.name, this.input) });
      return original.apply(this, rest);
    };
  }

  function append(call: RecordedCall): void {
    const kind = JSON.stringify({ ...call, key: call.key?.split('/')[0] });
    if (seen.has(kind)) return;
    seen.add(kind);
    appendFileSync(file, `${JSON.stringify(call)}\n`);
  }
}

/** Of all commands, where the method stands that each inherits. */
function commonPrototype(command: { prototype: object }): CommandPrototype {
  let prototype: object | null = command.prototype;
  while (prototype && !Object.hasOwn(prototype, 'resolveMiddlewareWithContext')) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  if (!prototype) throw new Error('the commands of the AWS SDK have changed: their calls cannot be recorded');
  return prototype as CommandPrototype;
}

function describe(command: string, input: unknown): Omit<RecordedCall, 'function'> {
  const { Bucket, Key, Prefix, QueueUrl, QueueName, IfMatch } = input as Record<string, string | undefined>;
  const queue = QueueName ?? QueueUrl?.split('/').at(-1);
  return {
    operation: command.replace(/Command$/, ''),
    ...(Bucket === undefined ? {} : { bucket: Bucket, key: Key ?? Prefix ?? '' }),
    ...(queue === undefined ? {} : { queue }),
    ...(IfMatch === undefined ? {} : { conditional: true }),
  };
}
