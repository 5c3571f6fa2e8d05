// Takes a picture of a page with headless Chromium, where it is installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first one that starts; undefined where none does. */
export const findBrowser = (): string | undefined =>
  BROWSERS.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

export interface Picture {
  readonly page: string;
  readonly into: string;
  readonly width: number;
  readonly height: number;
}

export function takePicture(browser: string, { page, into, width, height }: Picture): void {
  const profile = mkdtempSync(join(tmpdir(), 'preview-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${profile}`,
    `--window-size=${width},${height}`,
    `--screenshot=${resolve(into)}`,
  ];
  try {
    const { status, stderr } = spawnSync(browser, [...flags, pathToFileURL(resolve(page)).href], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${browser} took no picture of ${page}:\n${stderr}`);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
