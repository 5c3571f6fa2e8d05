// Settings of collecting: how fresh, how stale, how long.
import * as z from 'zod';
import { duration } from '../option-types/duration.ts';

export const scrapeOptions = z.strictObject({
  min_interval: duration()
    .prefault('10s')
    .describe('Younger results are served again, so that two Prometheus servers cost as one'),
  max_staleness: duration().prefault('10m').describe('How long last good values stay on the page while reads fail'),
  timeout: duration({ min: '1s', max: '10m' })
    .prefault('30s')
    .describe("Upper bound of one collection; the scraper's own deadline bounds only its wait"),
  strict: z
    .boolean()
    .prefault(false)
    .describe('/probe answers 503 with the reasons when a read failed, instead of a partial page'),
});
export type ScrapeOptions = z.infer<typeof scrapeOptions>;
