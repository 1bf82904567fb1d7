import type { OfficePackage } from '../ooxml/open-package.ts';

/** The comments on a slide and the answers to them, in both forms that PowerPoint has had. @throws AppError as readXml */
export async function readComments(pack: OfficePackage, part: string): Promise<string[]> {
  const comments: string[] = [];
  // An answer stands inside the comment.
  const open: string[][] = [];
  let reading = false;
  await pack.read(part, {
    open(name) {
      if (name === 'cm' || name === 'reply') {
        const lines: string[] = [];
        open.push(lines);
      } else if (name === 'p') open.at(-1)?.push('');
      // The old form has the text itself, the new one paragraphs.
      reading = name === 't' || name === 'text';
    },
    text(piece) {
      const lines = open.at(-1);
      if (reading && lines) lines.push((lines.pop() ?? '') + piece);
    },
    close(name) {
      reading = false;
      if (name !== 'cm' && name !== 'reply') return;
      const text = (open.pop() ?? []).join(' ').replace(/\s+/g, ' ').trim();
      if (text !== '') comments.push(text);
    },
  });
  return comments;
}
