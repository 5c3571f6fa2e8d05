// What a machine needs to draw the preview, by the names of Debian's packages.
import { spawnSync } from 'node:child_process';
import { findBrowser } from './browser.ts';

/** By a family of fonts that each brings: for every script in the names of the demo. */
const FONTS = {
  Inter: 'fonts-inter',
  'Noto Sans Arabic': 'fonts-noto-core',
  'Noto Sans Hebrew': 'fonts-noto-core',
  'Noto Sans CJK SC': 'fonts-noto-cjk',
  'Noto Color Emoji': 'fonts-noto-color-emoji',
} as const;

/** Empty where all are there. */
export function lackingPackages(): readonly string[] {
  const { stdout, error } = spawnSync('fc-list', [':', 'family'], { encoding: 'utf8' });
  const families = new Set(error === undefined ? stdout.split(/[,\n]/) : []);
  const fonts = Object.entries(FONTS).flatMap(([family, name]) => (families.has(family) ? [] : [name]));
  const browser = findBrowser() === undefined ? ['chromium'] : [];
  return [...new Set([...browser, ...(error === undefined ? [] : ['fontconfig']), ...fonts])];
}
