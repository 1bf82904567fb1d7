import { publishMessage } from '#shared/domain/messages.ts';
import { publishSlice } from '#shared/pipeline/publish/publish-pending.ts';
import { queueOrScheduleHandler } from '#shared/runtime/queue-or-schedule.ts';

export const handler = queueOrScheduleHandler(publishMessage, publishSlice);
