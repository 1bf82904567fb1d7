import { AppError } from '#shared/errors/app-error.ts';
import type { OfficePackage } from '../ooxml/open-package.ts';
import type { ShownReader } from '../ooxml/read-shown.ts';
import type { XmlEvents } from '../xml/read-xml.ts';
import type { Block, PictureBlock, TextBlock } from './block.ts';
import { createItemCounter } from './count-items.ts';
import { readNotes } from './notes.ts';
import { readNumbering } from './read-numbering.ts';
import { readStyles } from './read-styles.ts';
import { createStory, type StoryContext } from './story.ts';

/** A document's text and pictures; what its other parts say is read. */
export type WordBlock = TextBlock | PictureBlock;

/** What reading a document, and the documents inside it, has in common. */
export interface WordReading {
  /** A sentence for the owner; told once. */
  warn(sentence: string): void;
  shown: ShownReader;
  /** Reads a document that another holds in its text. */
  readChunk(pack: OfficePackage, part: string): Promise<WordBlock[]>;
}

/**
 * Reads a Word document: its body, then the paragraphs of its headers and footers, each once.
 * @throws AppError as readXml where nothing could be read
 */
export async function readWord(pack: OfficePackage, reading: WordReading): Promise<WordBlock[]> {
  const { warn } = reading;
  const related = await pack.relationships(pack.main);
  const partOf = (type: string): string | undefined => [...related.values()].find((one) => one.type === type)?.target;
  let damage: AppError | undefined;
  /** What stands before a damage counts. */
  async function read(part: string, events: XmlEvents): Promise<void> {
    try {
      await pack.read(part, events);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
      damage ??= error;
      warn(`The document could only be read in part: ${error.message}`);
    }
  }
  const styles = await readStyles({ ...pack, read }, partOf('styles'));
  const lists = await readNumbering({ ...pack, read }, partOf('numbering'), styles);
  const shared = { parts: pack.parts, styles, warn };
  // Lists in notes and in margins do not count with those of the body.
  const notes = await readNotes(pack, related, { ...shared, counter: createItemCounter(lists) }, read);
  const bodyCounter = createItemCounter(lists);
  const marginCounter = createItemCounter(lists);
  const readStory = async (part: string, relationships: StoryContext['relationships']): Promise<Block[]> => {
    const story = createStory({
      ...shared,
      counter: part === pack.main ? bodyCounter : marginCounter,
      relationships,
      note: notes.refer,
    });
    await read(part, story.events);
    return story.end();
  };
  const blocks = await readStory(pack.main, related);
  const margins = [...related.values()].filter(
    ({ type, target }) => /^(?:header|footer)$/.test(type) && pack.parts.names.has(target),
  );
  const said = new Set<string>();
  for (const { target } of margins.toSorted((a, b) => (a.target < b.target ? -1 : 1))) {
    for (const block of await readStory(target, await pack.relationships(target))) {
      // Where they only count pages they are left out.
      if ('text' in block && (said.has(block.text) || !/\p{L}{2}/u.test(block.text))) continue;
      if ('text' in block) said.add(block.text);
      blocks.push('text' in block ? { kind: 'paragraph', text: block.text } : block);
    }
  }
  const resolved: WordBlock[] = [];
  for (const block of blocks) for (const one of await resolve(block, pack, reading)) resolved.push(one);
  if (resolved.length === 0 && damage) throw damage;
  return resolved;
}

/** Reads the part that a block stands for. A part that cannot be read is a part's loss. */
async function resolve(
  block: Block,
  pack: OfficePackage,
  { shown, warn, readChunk }: WordReading,
): Promise<WordBlock[]> {
  switch (block.kind) {
    case 'chart':
    case 'diagram':
      return [{ kind: 'paragraph', text: (await shown.lines(pack, block.kind, block.part)).join('\n') }];
    case 'altChunk':
      try {
        return await readChunk(pack, block.part);
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'ARCHIVE_LIMIT' || error.code === 'RESOURCE_LIMIT')
          throw error;
        warn(`A document inside the document could not be read: ${error.message}`);
        return [];
      }
    default:
      return [block];
  }
}
