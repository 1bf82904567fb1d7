import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import { rowLine } from '../text/text-builder.ts';
import type { XmlEvents } from '../xml/read-xml.ts';
import type { OpenDocumentFile } from './open-odf.ts';
import { createMathReader } from './read-math.ts';

/** What the charts and formulas inside a document say, line by line, by the reference that shows them: `./Object 1`. */
export type OdfObjects = ReadonlyMap<string, readonly string[]>;

const LOST_ALONE: readonly ErrorCode[] = ['DAMAGED_FILE', 'XML_UNSAFE'];
const CONTENT = /^(.+)\/content\.xml$/;
/** Lines of one object that are told: a chart of more is drawn as a cloud. */
const MOST_LINES = 20_000;

/** @throws AppError as readXml, but for damage and document types, which are told as warnings */
export async function readObjects(file: OpenDocumentFile, warn: (sentence: string) => void): Promise<OdfObjects> {
  const objects = new Map<string, readonly string[]>();
  for (const part of file.parts.names) {
    const folder = CONTENT.exec(part)?.[1];
    if (folder === undefined) continue;
    try {
      const lines = await readObject(file, part);
      if (lines.length > MOST_LINES) warn('Of a very long chart, only the first values were read.');
      objects.set(`./${folder}`, lines.slice(0, MOST_LINES));
      objects.set(folder, lines.slice(0, MOST_LINES));
    } catch (error) {
      // Formulas of old programs declare a document type.
      if (!(error instanceof AppError) || !LOST_ALONE.includes(error.code)) throw error;
      warn(`A chart or formula could not be read: ${error.message}`);
    }
  }
  return objects;
}

/** The words and the table of a chart, or a formula in a line. */
async function readObject(file: OpenDocumentFile, part: string): Promise<string[]> {
  const lines: string[] = [];
  const math = createMathReader((formula) => lines.push(formula));
  let cells: string[] = [];
  let text = '';
  let inTable = 0;
  const chart: XmlEvents = {
    open(name) {
      if (name === 'table') inTable++;
      else if (name === 'table-row') cells = [];
      else if (name === 'table-cell') cells.push('');
      else if (name === 'p') text = '';
    },
    text(piece) {
      text += piece;
    },
    close(name) {
      if (name === 'table') inTable--;
      else if (name === 'table-row') {
        const line = rowLine(cells).replace(/^ \| /, '');
        if (line !== '' && lines.length <= MOST_LINES) lines.push(line);
      } else if (name === 'p') {
        const said = text.replace(/\s+/g, ' ').trim();
        if (inTable > 0) cells.push(`${cells.pop() ?? ''} ${said}`);
        else if (said !== '' && lines.length <= MOST_LINES) lines.push(said);
      }
    },
  };
  let isFormula: boolean | undefined;
  await file.read(part, {
    open(name, attributes) {
      isFormula ??= name === 'math';
      (isFormula ? math : chart).open?.(name, attributes);
    },
    text: (piece) => (isFormula ? math : chart).text?.(piece),
    close: (name) => (isFormula ? math : chart).close?.(name),
  });
  return lines;
}
