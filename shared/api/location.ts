import { z } from 'zod';

/** A rectangle on a page, in fractions of the page's width and height, from its upper left corner. */
export const boxSchema = z
  .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .meta({ id: 'Box' });
export type Box = z.infer<typeof boxSchema>;

/** Where a passage stands in the document as people know it. */
export const locationSchema = z
  .union([
    z.object({ slide: z.int() }),
    z.object({ sheet: z.string(), row: z.int(), lastRow: z.int().optional() }),
    z.object({ startSeconds: z.number(), endSeconds: z.number() }),
    z.object({ page: z.int(), boxes: z.array(boxSchema).optional() }),
    z.object({ charStart: z.int(), charEnd: z.int() }),
  ])
  .meta({ id: 'Location' });
export type Location = z.infer<typeof locationSchema>;
