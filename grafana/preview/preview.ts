// `npm run preview`: every dashboard as a static page, filled by a real Prometheus with a day of the demo, and a picture of each.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { questionsOf } from '../../test/demo-day/ask.ts';
import { dashboardSchema } from '../../test/demo-day/dashboard.ts';
import { DAY, startDemoDay } from '../../test/demo-day/day.ts';
import { SHOWN } from '../../test/demo-day/play.ts';
import { readRules } from '../../test/demo-day/rules.ts';
import { dashboards } from '../index.ts';
import { pageOf, WIDTH } from './page.ts';
import { withPalette } from './png.ts';
import { findBrowser, takePicture } from './screenshot.ts';

const PAGES = 'node_modules/.cache/preview';
const PICTURES = 'docs/images';
/** A page of documentation should load quickly. */
const LARGEST_BYTES = 500_000;
/** The README shows the first dashboard down to the end of its table, and leads to the rest. */
const README = { into: join(PICTURES, 'readme.png'), height: 1120 };

const browser = findBrowser();
if (browser === undefined) console.log('No pictures: install Chromium (apt-get install chromium) to have them taken.');
for (const folder of [PAGES, PICTURES]) mkdirSync(folder, { recursive: true });

const day = await startDemoDay(readRules(), [JSON.stringify(dashboards)]);
try {
  for (const { uid, path, json } of dashboards) {
    const board = dashboardSchema.parse(json);
    const { html, height } = await pageOf(board, await questionsOf(board, day.server, DAY, SHOWN));
    const page = join(PAGES, `${uid}.html`);
    writeFileSync(page, html);
    console.log(page);
    if (browser === undefined) continue;
    picture(browser, page, join(PICTURES, `${basename(path, '.json')}.png`), height);
    if (uid === dashboards[0]?.uid) picture(browser, page, README.into, README.height);
  }
} finally {
  await day.close();
}

function picture(by: string, page: string, into: string, height: number): void {
  takePicture(by, { page, into, width: WIDTH, height });
  const small = withPalette(readFileSync(into));
  writeFileSync(into, small);
  const size = small.length;
  console.log(size > LARGEST_BYTES ? `${into}: ${size} bytes are more than ${LARGEST_BYTES}` : into);
}
