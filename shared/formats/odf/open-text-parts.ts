import { LEAST_CM2 } from '../ocr/embedded-pictures.ts';
import type { OpenDocumentFile } from './open-odf.ts';
import { readObjects } from './read-objects.ts';
import type { OdfParts } from './read-text.ts';

/** What texts and slides show of other parts, and a warning for pictures that may show words. @throws AppError as readXml */
export async function openTextParts(file: OpenDocumentFile): Promise<OdfParts & { warnings: string[] }> {
  const warnings: string[] = [];
  const objects = await readObjects(file, (sentence) => warnings.push(sentence));
  const sentence = 'The document contains pictures, whose words were not read.';
  return {
    objects,
    warnings,
    onPicture(cm2 = LEAST_CM2) {
      if (cm2 >= LEAST_CM2 && !warnings.includes(sentence)) warnings.push(sentence);
    },
  };
}
