// Builds markup: what is not markup yet is escaped.

export interface Markup {
  readonly markup: string;
}
export type Piece = Markup | string | number | false | undefined | readonly Piece[];

const ENTITIES: Readonly<{ [character: string]: string }> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: texts.reduce((page, text, i) => page + render(pieces[i - 1]) + text) };
}

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece !== 'object') return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  return 'markup' in piece ? piece.markup : piece.map(render).join('');
}
