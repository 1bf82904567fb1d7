import { arrivedObject, s3Event } from '#shared/domain/messages.ts';
import { noteArrived } from '#shared/pipeline/intake/note-arrival.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { intakeDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(s3Event, async (container, event) => {
  for (const record of event.Records) {
    const object = arrivedObject(record);
    if (object) await noteArrived(intakeDeps(container), object);
  }
});
