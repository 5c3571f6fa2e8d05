// The preview of the dashboards must not pass where a reader would see an empty box for a character, or nothing for an error.
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, findBrowser, startBrowser } from '../grafana/preview/browser.ts';
import { lackingPackages } from '../grafana/preview/needs.ts';
import { hasTools } from './support/tools.ts';

const SCRIPTS = 'Köln Алматы الاتصال קבוצת 工程部 大阪支店 🚀 "\\ –…';
/** No character by definition, so that no font may know it. */
const UNKNOWN = '\u{1FFFE}';
const lacking = Object.fromEntries(lackingPackages().map((name) => [name, false]));

describe.skipIf(!hasTools('tests of the preview', lacking))('the preview', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(findBrowser() ?? '');
    const { outputFiles } = await build({
      entryPoints: ['grafana/preview/glyphs.ts'],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'glyphs',
    });
    await browser.tab.open('about:blank', { width: 400, height: 300 });
    await browser.tab.evaluate(`${outputFiles[0]?.text}; globalThis.glyphs = glyphs; glyphs.watchCanvases()`);
  });
  afterAll(() => browser?.close());

  const missing = (text: string) =>
    browser.tab.evaluate<readonly string[]>(`glyphs.missingGlyphs(${JSON.stringify(text)}, 'Inter')`);

  it('finds a font for every script in the names of the demo', async () => {
    expect(await missing(SCRIPTS)).toEqual([]);
  });

  it('names the characters that no font has, once each', async () => {
    expect(await missing(`a${UNKNOWN}b${UNKNOWN}工`)).toEqual([UNKNOWN]);
  });

  it('reads what is drawn on a canvas as well as what is written', async () => {
    await browser.tab.evaluate(`document.body.textContent = 'written';
      document.createElement('canvas').getContext('2d').fillText('drawn', 0, 0)`);
    expect(await browser.tab.evaluate('glyphs.shownText()')).toBe('written\ndrawn');
  });

  it('fails with what a page throws', async () => {
    await expect(browser.tab.evaluate("Promise.reject(new Error('no such panel'))")).rejects.toThrow('no such panel');
  });
});
