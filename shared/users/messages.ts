import { z } from 'zod';

/** What travels on the queues of work on whole accounts. */
export const personMessage = z.object({ userId: z.uuid() });
