// Grafana's colours by the names that dashboards use, in its dark theme.

const HUES: Readonly<
  Record<string, readonly [dark: string, semiDark: string, plain: string, light: string, superLight: string]>
> = {
  red: ['#C4162A', '#E02F44', '#F2495C', '#FF7383', '#FFA6B0'],
  orange: ['#FA6400', '#FF780A', '#FF9830', '#FFB357', '#FFCB7D'],
  yellow: ['#E0B400', '#F2CC0C', '#FADE2A', '#FFEE52', '#FFF899'],
  green: ['#37872D', '#56A64B', '#73BF69', '#96D98D', '#C8F2C2'],
  blue: ['#1F60C4', '#3274D9', '#5794F2', '#8AB8FF', '#C0D8FF'],
  purple: ['#8F3BB8', '#A352CC', '#B877D9', '#CA95E5', '#DEB6F2'],
};
const SHADES = ['dark-', 'semi-dark-', '', 'light-', 'super-light-'] as const;
const NAMED = new Map([
  ...Object.entries(HUES).flatMap(([hue, tones]) =>
    SHADES.map((shade, index): [string, string] => [shade + hue, tones[index] ?? '']),
  ),
  ['text', '#ccccdc'],
  ['transparent', 'transparent'],
]);

/** Anything that is no name is taken as it is. */
export const colorOf = (name: string): string => NAMED.get(name) ?? name;

const CLASSIC = [
  'green',
  'yellow',
  'blue',
  'orange',
  'red',
  'semi-dark-blue',
  'purple',
  'dark-purple',
  'dark-green',
  'dark-yellow',
  'light-blue',
  'dark-orange',
  'light-red',
  'super-light-blue',
  'light-purple',
  'light-green',
];

/** The colour of the nth series where nothing else decides. */
export const paletteColor = (index: number): string => colorOf(CLASSIC[index % CLASSIC.length] ?? 'text');

/** A scale between two or three colours; `part` in [0, 1]. */
export function mixed(part: number, ...colors: readonly string[]): string {
  const position = Math.min(Math.max(part, 0), 1) * (colors.length - 1);
  const index = Math.min(Math.floor(position), colors.length - 2);
  const [from, to] = [channels(colors[index]), channels(colors[index + 1])];
  const share = position - index;
  return `rgb(${from.map((value, channel) => Math.round(value + ((to[channel] ?? value) - value) * share)).join(' ')})`;
}

const channels = (color = '#000000') => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
