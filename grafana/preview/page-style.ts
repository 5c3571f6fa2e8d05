// The measures of a page, and the looks of what is not Grafana's: the header, the rows' titles, the place of a panel.
import type { Panel } from './day.ts';

/** Pixels: Grafana's rows of the grid, and the space between. */
export const WIDTH = 1600;
const [ROW, GAP, MARGIN, HEADER] = [30, 8, 16, 56];
const COLUMN = (WIDTH - 2 * MARGIN + GAP) / 24;

export const placeOf = ({ gridPos: { x, y, w, h } }: Panel) => ({
  left: MARGIN + x * COLUMN,
  top: HEADER + y * (ROW + GAP),
  width: w * COLUMN - GAP,
  height: h * (ROW + GAP) - GAP,
});

/** Of a page down to the end of these panels. */
export const heightOf = (panels: readonly Panel[]): number =>
  GAP + Math.max(...panels.map(placeOf).map(({ top, height }) => top + height));

/** Grafana's own font, then one for each script in the names of the demo. */
const FONTS = ['Preview Inter', 'Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Sans CJK SC', 'Noto Color Emoji'];
export const FONT_FAMILY = FONTS.map((name) => `"${name}"`).join(', ');

/** By another name, because Grafana's styles look for Inter at the address of a Grafana. */
const INTER = Object.entries({ 400: 'Inter Regular', 500: 'Inter Medium', 700: 'Inter Bold' }).map(
  ([weight, name]) => `@font-face { font-family: "Preview Inter"; font-weight: ${weight}; src: local("${name}"); }`,
);

export const STYLE = `
${INTER.join('\n')}
body { margin: 0; }
.rdg { content-visibility: visible !important; }
main { position: relative; }
main header { display: flex; gap: 24px; align-items: baseline; padding: 14px ${MARGIN}px; }
main header h1 { font-size: 20px; margin: 0; }
main header span { opacity: 0.7; font-size: 12px; }
main h2 { font-size: 15px; margin: 0; padding: 6px; }
main .placed { position: absolute; }
main .empty { text-align: center; padding-top: 20px; opacity: 0.7; }
`;
