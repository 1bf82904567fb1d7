import { referencedResource, textProperty } from './references.ts';
import { isObject, type Template, type TemplateObject, type TemplateValue } from './template.ts';

export interface FunctionDeclaration {
  /** The key in serverless.yml. */
  key: string;
  /** e.g. `functions/files/stream.handler`, from the folder of serverless.yml. */
  handler: string;
  timeoutSeconds: number;
  /** The logical id of its role. */
  role: string;
  /** What it finds free under `/tmp`. */
  temporaryMib: number;
  eventSources: EventSourceDeclaration[];
  /** True when a `schedule` event starts it. */
  scheduled: boolean;
  /** True when it answers through a function URL that streams. */
  streamsFromUrl: boolean;
}

export interface EventSourceDeclaration {
  queue: string;
  /** Messages handed over in one call, at most. */
  batchSize: number;
  /** Calls under way at the same time, at most. */
  maximumConcurrency: number;
  /** True when the function answers which messages of a batch failed. */
  reportsBatchItemFailures: boolean;
}

const LAMBDA_DEFAULTS = { timeout: 6, batchSize: 10, maximumConcurrency: 2, temporaryMib: 512 };

/** @throws Error when an event source names no declared queue */
export function readFunctions(template: Template): FunctionDeclaration[] {
  return Object.entries(template.functions).map(([key, declared]) => {
    if (typeof declared.handler !== 'string') throw new Error(`serverless.yml: the function ${key} has no handler`);
    const events = Array.isArray(declared.events) ? declared.events.filter(isObject) : [];
    return {
      key,
      handler: declared.handler,
      timeoutSeconds: numberOr(declared.timeout, LAMBDA_DEFAULTS.timeout),
      role: typeof declared.role === 'string' ? declared.role : '',
      temporaryMib: numberOr(declared.ephemeralStorageSize, LAMBDA_DEFAULTS.temporaryMib),
      eventSources: events.flatMap((event) => (isObject(event.sqs) ? [readEventSource(template, event.sqs)] : [])),
      scheduled: events.some((event) => event.schedule !== undefined),
      streamsFromUrl: isObject(declared.url) && declared.url.invokeMode === 'RESPONSE_STREAM',
    };
  });
}

function readEventSource(template: Template, sqs: TemplateObject): EventSourceDeclaration {
  return {
    queue: textProperty(referencedResource(template, sqs.arn, 'AWS::SQS::Queue'), 'QueueName'),
    batchSize: numberOr(sqs.batchSize, LAMBDA_DEFAULTS.batchSize),
    maximumConcurrency: numberOr(sqs.maximumConcurrency, LAMBDA_DEFAULTS.maximumConcurrency),
    reportsBatchItemFailures: sqs.functionResponseType === 'ReportBatchItemFailures',
  };
}

function numberOr(value: TemplateValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
