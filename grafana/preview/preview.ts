// `npm run preview`: a picture of every dashboard, of a day of the demo, drawn by Grafana's components in headless Chromium.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { type Browser, findBrowser, startBrowser, type Tab } from './browser.ts';
import type { Board, Day } from './day.ts';
import { lackingPackages } from './needs.ts';
import { heightOf, WIDTH } from './page-style.ts';

const HERE = 'grafana/preview';
/** The README shows the first dashboard down to the end of its table, and leads to the rest. */
const README = 'readme';
const { values: options } = parseArgs({ options: { write: { type: 'boolean' }, day: { type: 'string' } } });
const lacking = lackingPackages();
const name = findBrowser();
if (name === undefined || lacking.length > 0)
  throw new Error(`the preview needs programs and fonts: apt-get install ${lacking.join(' ')}`);

const scratch = mkdtempSync(join(tmpdir(), 'preview-'));
const pictures = options.write ? 'docs/images' : scratch;
installPackages();
const day = options.day ?? join(scratch, 'day.json');
if (options.day === undefined) run(process.execPath, 'scripts/run.js', 'test/demo-day/export.ts', day);
await bundle(join(scratch, 'page.js'));
const { boards }: Day = JSON.parse(readFileSync(day, 'utf8'));
const browser = await startBrowser(name);
try {
  for (const board of boards) await drawBoard(browser, board);
} finally {
  await browser.close();
}
if (options.write) rmSync(scratch, { recursive: true });

async function drawBoard({ tab }: Browser, board: Board): Promise<void> {
  const page = join(scratch, `${basename(board.path, '.json')}.html`);
  writeFileSync(page, pageOf(board));
  const height = heightOf(board.panels);
  await tab.open(pathToFileURL(page).href, { width: WIDTH, height });
  const missing = await tab.evaluate<readonly string[]>('drawn');
  if (missing.length > 0) throw new Error(`${page}: no font has ${missing.map(codePointOf).join(', ')}`);
  await save(tab, basename(board.path, '.json'), height);
  const table = board.panels.findIndex(({ title }) => title === 'Pools');
  if (board === boards[0]) await save(tab, README, heightOf(board.panels.slice(0, table + 1)));
}

async function save(tab: Tab, name: string, height: number): Promise<void> {
  const file = join(pictures, `${name}.png`);
  const picture = await tab.picture({ width: WIDTH, height });
  writeFileSync(file, picture);
  console.log(`${file} (${Math.round(picture.length / 1024)} KiB)`);
}

function codePointOf(character: string): string {
  return `${character} (U+${character.codePointAt(0)?.toString(16).toUpperCase()})`;
}

/** In the page it is the end of the day, so that an age is what it was. */
function pageOf(board: Board): string {
  const json = JSON.stringify(board).replaceAll('<', '\\u003c');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${board.path}</title>
<link rel="stylesheet" href="page.css"><div id="root"></div>
<script>window.board = ${json}; Date.now = () => ${board.to}</script><script src="page.js"></script></html>`;
}

/** Grafana's components weigh 450 MB: nobody gets them who does not draw. */
function installPackages(): void {
  const changed = (file: string) => statSync(join(HERE, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changed('node_modules/.package-lock.json') < changed('package-lock.json'))
    run('npm', 'ci', '--prefix', HERE, '--no-audit', '--no-fund');
}

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(HERE, 'page.tsx')],
    outfile,
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'dataurl', '.ttf': 'dataurl' },
    logLevel: 'error',
  });
}

function run(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `it ended with ${status}`}`);
}
