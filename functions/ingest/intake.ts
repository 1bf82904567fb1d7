import { takeIn } from '#shared/pipeline/intake.ts';
import { arrivedObject, s3Event } from '#shared/pipeline/messages.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { intakeDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(s3Event, async (container, event) => {
  for (const record of event.Records) {
    const object = arrivedObject(record);
    if (object) await takeIn(intakeDeps(container), object);
  }
});
