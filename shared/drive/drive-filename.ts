import { filenameOrUnnamed } from '#shared/domain/filename.ts';
import { extensionOfContentType } from '#shared/formats/registry.ts';
import { exportFormat } from '#shared/ports/drive.ts';

/**
 * The name of the file that an item becomes. People of Drive call a document `Notes/2026`, and need no extension, for
 * the type stands beside the name: slashes are kept as dashes, and an extension is added where the name has none.
 */
export function driveFilename(name: string, mimeType: string): string {
  const plain = filenameOrUnnamed(name.replace(/[/\\]/g, '-'));
  const exported = exportFormat(mimeType)?.extension;
  if (exported) return filenameOrUnnamed(`${plain}.${exported}`);
  const hasExtension = /\.[a-z0-9]{1,10}$/i.test(plain);
  const extension = hasExtension ? undefined : extensionOfContentType(mimeType);
  return extension ? filenameOrUnnamed(`${plain}.${extension}`) : plain;
}
