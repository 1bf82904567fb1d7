import type { EmbeddedPicture } from '../ocr/embedded-pictures.ts';
import type { OpenDocumentFile } from './open-odf.ts';

/** The picture that a reference such as `Pictures/1000.png` names; one outside the file is told as a warning. */
export function findPicture(
  { parts }: OpenDocumentFile,
  reference: string,
  shownCm2: number | undefined,
  warn: (sentence: string) => void,
): EmbeddedPicture | undefined {
  const part = reference.replace(/^\.\//, '');
  // How a chart or formula looks, for programs that do not draw it themselves.
  if (part.startsWith('ObjectReplacements/')) return undefined;
  if (parts.names.has(part)) return { parts, part, shownCm2 };
  if (part !== '') warn('A picture that is stored outside the file was not read.');
  return undefined;
}
