import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readFunctions } from '#localstack/declarations/functions.ts';
import { type Permission, permits, readRoles } from '#localstack/declarations/roles.ts';
import { readTemplate } from '#localstack/declarations/template.ts';
import type { RecordedCall } from '#localstack/process/record-calls.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** What AWS asks for each call on an object. Without the right to list, a missing one answers 403 instead of 404. */
const ON_OBJECTS: Record<string, readonly string[]> = {
  HeadObject: ['s3:GetObject', 's3:ListBucket'],
  GetObject: ['s3:GetObject', 's3:ListBucket'],
  PutObject: ['s3:PutObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  CompleteMultipartUpload: ['s3:PutObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  ListParts: ['s3:ListMultipartUploadParts'],
  DeleteObject: ['s3:DeleteObject'],
  HeadBucket: ['s3:ListBucket'],
  ListObjectsV2: ['s3:ListBucket'],
  ListMultipartUploads: ['s3:ListBucketMultipartUploads'],
};
const ON_BUCKETS = new Set(['s3:ListBucket', 's3:ListBucketMultipartUploads']);

/** And for each on a queue; the address of a queue is asked for once a process, by whichever function is first. */
const ON_QUEUES: Record<string, readonly string[]> = {
  SendMessage: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
  GetQueueAttributes: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
  GetQueueUrl: ['sqs:GetQueueUrl'],
};
/** What Lambda itself does with a queue in the name of the function that reads it. */
const TO_READ_QUEUES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export interface RoleComparison {
  /** Calls that AWS would refuse. */
  missing: string[];
  /** Permissions that no recorded call needs. */
  unused: string[];
}

/** Holds the roles of infra/ against what their functions were recorded to call. @param file by `recordCalls` */
export async function compareRoles(file: string): Promise<RoleComparison> {
  // The names of the buckets may be set.
  const template = await readTemplate(PROJECT, process.env);
  const functions = readFunctions(template);
  const calls = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCall);
  const missing = new Set<string>();
  const unused = new Set<string>();
  for (const [role, permissions] of readRoles(template)) {
    const needed: Permission[] = [];
    for (const { key, role: own, eventSources } of functions) {
      if (own !== role) continue;
      const needs = [
        ...calls.filter((call) => call.function === key).flatMap(needsOf),
        ...eventSources.flatMap(({ queue }) => onQueue(queue, TO_READ_QUEUES)),
      ];
      needed.push(...needs);
      for (const need of needs) {
        if (!permits(permissions, need)) missing.add(`${key} (${role}): ${need.action} on ${need.resource}`);
      }
    }
    for (const permission of permissions) {
      if (!needed.some((need) => permits([permission], need)))
        unused.add(`${role}: ${permission.action} on ${permission.resource}`);
    }
  }
  return { missing: [...missing].sort(), unused: [...unused].sort() };
}

/** @throws Error for a call that is not in the tables above */
function needsOf({ operation, bucket, key, queue, conditional }: RecordedCall): Permission[] {
  if (bucket !== undefined && ON_OBJECTS[operation]) {
    const arn = `arn:aws:s3:::${bucket}`;
    const actions = [...ON_OBJECTS[operation], ...(conditional ? ['s3:GetObject'] : [])];
    return actions.map((action) => ({ action, resource: ON_BUCKETS.has(action) ? arn : `${arn}/${key}` }));
  }
  if (queue !== undefined && ON_QUEUES[operation]) return onQueue(queue, ON_QUEUES[operation]);
  throw new Error(`What ${operation} needs on AWS is not said in ${import.meta.url}`);
}

function onQueue(queue: string, actions: readonly string[]): Permission[] {
  return actions.map((action) => ({ action, resource: `arn:aws:sqs:::${queue}` }));
}
