const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that needs no escaping any more; only {@link html} makes it. */
export interface Markup {
  readonly markup: string;
}

type Piece = string | number | Markup | readonly Piece[] | undefined;

/** Makes a text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A template tag: what is put in is escaped unless it is markup itself; lists are joined, undefined is left out. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: literals.map((literal, index) => literal + render(pieces[index])).join('') };
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  if ('markup' in piece) return piece.markup;
  return piece.map(render).join('');
}
