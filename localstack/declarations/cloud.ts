import { type BucketDeclaration, readBuckets } from './buckets.ts';
import { type FunctionDeclaration, readFunctions } from './functions.ts';
import { type QueueDeclaration, readQueues } from './queues.ts';
import { readTemplate } from './template.ts';

/** Everything that serverless.yml and infra/ declare and that the local cloud brings to life. */
export interface CloudDeclaration {
  /** The name of the service, with which the names of the functions begin. */
  service: string;
  buckets: BucketDeclaration[];
  queues: QueueDeclaration[];
  functions: FunctionDeclaration[];
}

/**
 * Reads the declarations, so that the local cloud and AWS are built from the same files.
 *
 * @param serviceDir the folder of serverless.yml
 * @throws Error naming what is missing or points nowhere
 */
export async function readCloudDeclaration(
  serviceDir: string,
  env: Record<string, string | undefined>,
): Promise<CloudDeclaration> {
  const template = await readTemplate(serviceDir, env);
  const queues = readQueues(template);
  return { service: template.service, queues, buckets: readBuckets(template), functions: readFunctions(template) };
}
