import { AppError } from '#shared/errors/app-error.ts';

/** A document type brings entities, which can be made to grow without end and to name files; Office writes none. */
export function unsafeXml(part: string): AppError {
  return new AppError('XML_UNSAFE', {
    detail: `The part ${part} declares a document type or entities, which can be used for attacks, so this part was not read.`,
  });
}
