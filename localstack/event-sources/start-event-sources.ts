import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '#localstack/aws/signature.ts';
import type { FunctionDeclaration } from '#localstack/declarations/functions.ts';
import { createQueueUrls } from '#localstack/sqs/queue-urls.ts';
import { createInvoker, type Invoke, type LambdaAddress } from './invoke.ts';
import { startMapping } from './mapping.ts';

export interface EventSourcesOptions {
  functions: readonly FunctionDeclaration[];
  lambda: LambdaAddress;
  sqsEndpoint: string;
  region: string;
  /** The SDK's own where they are left out. */
  credentials?: Credentials;
  /** The name under which the function host knows a function. */
  functionName(key: string): string;
  onError(text: string): void;
}

/**
 * Connects every declared queue to its function, and calls each scheduled function once: after a restart the work goes
 * on at once and not at the next full minute.
 */
export async function startEventSources(options: EventSourcesOptions): Promise<{ stop(): void }> {
  const { region, credentials } = options;
  const sqs = new SQSClient({ region, endpoint: options.sqsEndpoint, ...(credentials && { credentials }) });
  const urlOf = createQueueUrls(sqs);
  const { invoke, close } = createInvoker(options.lambda, region);
  const mappings = await Promise.all(
    options.functions.flatMap(({ key, eventSources }) =>
      eventSources.map(async (declaration) => {
        const queueUrl = await urlOf(declaration.queue);
        const queueArn = await arnOf(sqs, queueUrl);
        const functionName = options.functionName(key);
        return startMapping({
          declaration,
          functionName,
          queueUrl,
          queueArn,
          region,
          sqs,
          invoke,
          onError: options.onError,
        });
      }),
    ),
  );
  let stopping = false;
  for (const { key, scheduled } of options.functions) {
    if (!scheduled) continue;
    callScheduled(options.functionName(key), region, invoke).catch((error: unknown) => {
      if (!stopping) options.onError(`${key}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return {
    stop() {
      stopping = true;
      for (const mapping of mappings) mapping.stop();
      sqs.destroy();
      close();
    },
  };
}

async function arnOf(sqs: SQSClient, queueUrl: string): Promise<string> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }));
  return answer.Attributes?.QueueArn ?? '';
}

async function callScheduled(functionName: string, region: string, invoke: Invoke): Promise<void> {
  await invoke(functionName, {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString(),
    region,
    resources: [],
    detail: {},
  });
}
