import { z } from 'zod';

/** For the documentation, here and in whatever holds a location. */
export const EXAMPLE_LOCATION = { page: 2, boxes: [{ x: 0.12, y: 0.31, width: 0.76, height: 0.05 }] };

export const boxSchema = z
  .object({
    x: z.number().describe('Position of the left edge.'),
    y: z.number().describe('Position of the top edge.'),
    width: z.number().describe('Width of the box.'),
    height: z.number().describe('Height of the box.'),
  })
  .meta({
    id: 'Box',
    description:
      "A rectangle on a page, in fractions of the page's width and height, measured from its top left corner.",
    examples: [EXAMPLE_LOCATION.boxes[0]],
  });
export type Box = z.infer<typeof boxSchema>;

export const locationSchema = z
  .union([
    z.object({ slide: z.int().describe('Slide number, from 1.') }),
    z.object({
      sheet: z.string().describe('Name of the sheet.'),
      row: z.int().describe('First row, from 1.'),
      lastRow: z.int().optional().describe('Last row, if the passage spans several.'),
    }),
    z.object({
      startSeconds: z.number().describe('Start of the passage, in seconds.'),
      endSeconds: z.number().describe('End of the passage, in seconds.'),
    }),
    z.object({
      page: z.int().describe('Page number, from 1.'),
      boxes: z
        .array(boxSchema)
        .optional()
        .describe('Boxes around the lines, paragraphs and table rows of the passage on the page, if known.'),
    }),
    z.object({
      charStart: z.int().describe('Start of the passage in the text of the file, in UTF-16 code units from 0.'),
      charEnd: z.int().describe('End of the passage, exclusive.'),
    }),
  ])
  .meta({
    id: 'Location',
    description: 'Where a passage is in the document.',
    examples: [EXAMPLE_LOCATION],
  });
export type Location = z.infer<typeof locationSchema>;
