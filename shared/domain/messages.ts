import { z } from 'zod';
import { isStorable } from './storable-text.ts';

/** What travels on the queues of the stages: names only, the state is in the database. */
export const stageMessage = z.object({ fileId: z.uuid(), generation: z.int().min(1) });
export type StageMessage = z.infer<typeof stageMessage>;

/** An embedded file to complete, or a nudge that something waits. */
export const publishMessage = z.union([stageMessage, z.looseObject({ reason: z.string() })]);
export type PublishMessage = z.infer<typeof publishMessage>;

/** An object in the incoming bucket that waits for its owner's turn. */
export const arrivalMessage = z.object({ arrivalId: z.uuid() });
export type ArrivalMessage = z.infer<typeof arrivalMessage>;

/** What travels on the queues of work on whole accounts. */
export const personMessage = z.object({ userId: z.uuid() });

/** A record of an S3 event notification, as far as intake reads it. */
const s3Record = z.looseObject({
  eventName: z.string(),
  s3: z.looseObject({
    object: z.looseObject({ key: z.string(), eTag: z.string().optional(), size: z.number().optional() }),
  }),
});

/** S3 also sends a test event without records when a notification is set up. */
export const s3Event = z.looseObject({ Records: z.array(s3Record).default([]) });
export type S3Event = z.infer<typeof s3Event>;
export type S3Record = z.infer<typeof s3Record>;

export interface ArrivedObject {
  key: string;
  etag: string | undefined;
}

/** The object a record tells of; undefined for other events and for keys that no object of ours can have. S3 writes keys with `+` for spaces and percent escapes, and MinIO puts the ETag in quotes at times. */
export function arrivedObject(record: S3Record): ArrivedObject | undefined {
  if (!/ObjectCreated/.test(record.eventName)) return undefined;
  const key = decodeKey(record.s3.object.key);
  if (key === undefined || !isStorable(key)) return undefined;
  return {
    key,
    etag: record.s3.object.eTag?.replaceAll('"', ''),
  };
}

/** @returns undefined when the escapes are not UTF-8 */
function decodeKey(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The record that the sweep writes for an object whose event never came. */
export function recordFor(key: string): S3Record {
  return {
    eventName: 'ObjectCreated:Put',
    s3: { object: { key: encodeURIComponent(key).replaceAll('%2F', '/') } },
  };
}
