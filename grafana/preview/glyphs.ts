// Finds characters that no font has, in the page's text and in what is drawn on its canvases, where no font is to be seen.

/** No character, and never one: every font shows it as it shows what it lacks. */
const NONE = '\u{10FFFF}';
const SIZE = 40;

const painted: string[] = [];
const { fillText } = CanvasRenderingContext2D.prototype;

/** To be called before anything is drawn. */
export function watchCanvases(): void {
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    painted.push(text);
    fillText.call(this, text, ...place);
  };
}

/** Everything that the page shows as text. */
export const shownText = (): string => [document.body.innerText, ...painted].join('\n');

/** Those characters of the text that look like none at all. */
export function missingGlyphs(text: string, fontFamily: string): readonly string[] {
  const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser has no canvas');
  context.font = `${SIZE / 2}px ${fontFamily}`;
  const look = (character: string) => {
    context.clearRect(0, 0, SIZE, SIZE);
    fillText.call(context, character, SIZE / 4, (3 * SIZE) / 4);
    return canvas.toDataURL();
  };
  const none = look(NONE);
  return [...new Set(text)].filter((character) => look(character) === none);
}
