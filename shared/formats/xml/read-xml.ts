import { SaxesParser } from 'saxes';
import { AppError } from '#shared/errors/app-error.ts';
import { encodingOfBom, utf16WithoutBom } from '../text/decode-text.ts';
import { unsafeXml } from './doctype.ts';

export type Attributes = Readonly<Record<string, string>>;

/** What is told while an XML part streams by. Names come without their prefix, attributes with it. */
export interface XmlEvents {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Reads an XML part as a stream of events; nothing of it is kept, nothing is fetched, no entity but XML's own five and
 * character references exists.
 * @throws AppError XML_UNSAFE for any document type, DAMAGED_FILE for what is not well-formed, and what `pieces` throws
 */
export async function readXml(part: string, pieces: AsyncIterable<Buffer>, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const names = new Map<string, string>();
  const localName = (name: string): string => {
    let local = names.get(name);
    if (local === undefined) {
      local = name.slice(name.indexOf(':') + 1);
      names.set(name, local);
    }
    return local;
  };
  // An error that a handler throws is not one of the document.
  let failure: unknown;
  const guarded =
    <T>(handle: (value: T) => void) =>
    (value: T): void => {
      if (failure === undefined) {
        try {
          handle(value);
        } catch (error) {
          failure = error;
        }
      }
    };
  parser.on('doctype', () => {
    failure ??= unsafeXml(part);
  });
  parser.on(
    'opentag',
    guarded(({ name, attributes }) => events.open?.(localName(name), attributes)),
  );
  parser.on(
    'closetag',
    guarded(({ name }) => events.close?.(localName(name))),
  );
  const text = guarded((value: string) => events.text?.(value));
  parser.on('text', text);
  parser.on('cdata', text);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const piece of pieces) {
      decoder ??= new TextDecoder(encodingOf(piece));
      parser.write(decoder.decode(piece, { stream: true }));
      if (failure !== undefined) throw failure;
    }
    parser.write(decoder?.decode() ?? '').close();
  } catch (error) {
    if (failure === undefined && !(error instanceof AppError)) throw damaged(part, error);
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
}

function encodingOf(head: Buffer): string {
  const name = encodingOfBom(head) ?? utf16WithoutBom(head);
  if (name === 'utf16le') return 'utf-16le';
  return name === 'utf16-be' ? 'utf-16be' : 'utf-8';
}

function damaged(part: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('DAMAGED_FILE', {
    detail: `The file is damaged: its part ${part} could not be read (${reason})`,
    cause: error,
  });
}
