import type { EmbeddedPicture } from '../ocr/embedded-pictures.ts';

/** A piece of a Word document's text, in its order. */
export type TextBlock =
  | { kind: 'paragraph'; text: string }
  /** @property level 1 is the highest; the document's title stands above all. */
  | { kind: 'heading'; level: number; isTitle: boolean; text: string }
  /** An item of a list, behind what Word shows before it. */
  | { kind: 'item'; text: string }
  /** @property first of its table. */
  | { kind: 'row'; first: boolean; text: string };

/** A picture that may show words. */
export interface PictureBlock extends EmbeddedPicture {
  kind: 'picture';
}

/** What another part of the document says: it is read when the text around it is. */
export interface PartBlock {
  kind: 'chart' | 'diagram' | 'altChunk';
  part: string;
}

export type Block = TextBlock | PictureBlock | PartBlock;

export type NoteKind = 'footnote' | 'endnote' | 'comment';
