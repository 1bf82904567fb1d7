import type { OfficePackage, Relationship } from '../ooxml/open-package.ts';
import { localAttribute } from '../xml/local-attribute.ts';
import type { NoteKind, TextBlock } from './block.ts';
import { createStory, type StoryContext } from './story.ts';

/** The footnotes, endnotes and comments of a document. */
export interface Notes {
  /** The mark that stands for a note in the text, `[1]`, and, the first time, the note behind it. */
  refer(kind: NoteKind, id: string): { mark: string; text: string } | undefined;
}

/** Comments come first: notes can be commented on. */
const KINDS: readonly NoteKind[] = ['comment', 'endnote', 'footnote'];

/**
 * Reads the notes; the text refers to them by their ids.
 * @param related of the main part
 * @param read reads one part, as far as it can be read
 * @throws AppError as readXml
 */
export async function readNotes(
  pack: OfficePackage,
  related: ReadonlyMap<string, Relationship>,
  context: Omit<StoryContext, 'note' | 'relationships'>,
  read: OfficePackage['read'],
): Promise<Notes> {
  const texts = new Map<string, string>();
  const initials = new Map<string, string>();
  // Footnotes and endnotes are counted together, as they come in the text.
  let counted = 0;
  let comments = 0;

  function refer(kind: NoteKind, id: string): { mark: string; text: string } | undefined {
    const key = `${kind} ${id}`;
    const text = texts.get(key);
    // Only the first reference tells the note: a comment on a long stretch may be referred to again.
    if (text === undefined || !texts.delete(key)) return undefined;
    const mark = kind === 'comment' ? `[${initials.get(id) ?? ''}${++comments}]` : `[${++counted}]`;
    return { mark, text: `${mark} ${text}`.trim() };
  }

  for (const kind of KINDS) {
    const part = [...related.values()].find(({ type }) => type === `${kind}s`)?.target;
    if (part === undefined || !pack.parts.names.has(part)) continue;
    const relationships = await pack.relationships(part);
    let story = createStory({ ...context, relationships, note: refer });
    let id: string | undefined;
    await read(part, {
      open(name, attributes) {
        if (id !== undefined) story.events.open?.(name, attributes);
        // The lines that part notes from the text are notes, too.
        else if (name === kind && !/^(?:separator|continuation)/.test(localAttribute(attributes, 'type') ?? '')) {
          id = localAttribute(attributes, 'id') ?? '';
          initials.set(id, localAttribute(attributes, 'initials') ?? '');
          story = createStory({ ...context, relationships, note: refer });
        }
      },
      text(piece) {
        if (id !== undefined) story.events.text?.(piece);
      },
      close(name) {
        if (id === undefined) return;
        if (name !== kind) story.events.close?.(name);
        else {
          const blocks = story.end().filter((block): block is TextBlock => 'text' in block);
          texts.set(`${kind} ${id}`, blocks.map(({ text }) => text).join('\n\n'));
          id = undefined;
        }
      },
    });
  }
  return { refer };
}
