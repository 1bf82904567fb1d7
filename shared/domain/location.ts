import { z } from 'zod';

/** For the documentation, here and in whatever holds a location. */
export const EXAMPLE_LOCATION = { page: 2, boxes: [{ x: 0.12, y: 0.31, width: 0.76, height: 0.05 }] };

export const boxSchema = z
  .object({
    x: z.number().describe('Of the left edge.'),
    y: z.number().describe('Of the upper edge.'),
    width: z.number().describe('To the right.'),
    height: z.number().describe('Downwards.'),
  })
  .meta({
    id: 'Box',
    description: "A rectangle on a page, in fractions of the page's width and height, from its upper left corner.",
    examples: [EXAMPLE_LOCATION.boxes[0]],
  });
export type Box = z.infer<typeof boxSchema>;

export const locationSchema = z
  .union([
    z.object({ slide: z.int().describe('Of the presentation, from 1.') }),
    z.object({
      sheet: z.string().describe('Name of the sheet.'),
      row: z.int().describe('Where it begins, from 1.'),
      lastRow: z.int().optional().describe('Where it ends, when that is another row.'),
    }),
    z.object({
      startSeconds: z.number().describe('Of the recording, where it begins.'),
      endSeconds: z.number().describe('Of the recording, where it ends.'),
    }),
    z.object({
      page: z.int().describe('Of the document, from 1.'),
      boxes: z.array(boxSchema).optional().describe('Where on the page, where that is known.'),
    }),
    z.object({
      charStart: z.int().describe('Where it begins in the text of the file, in UTF-16 units from 0.'),
      charEnd: z.int().describe('Behind its last one.'),
    }),
  ])
  .meta({
    id: 'Location',
    description: 'Where a passage stands in the document as people know it.',
    examples: [EXAMPLE_LOCATION],
  });
export type Location = z.infer<typeof locationSchema>;
