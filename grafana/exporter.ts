// Dashboard C: the exporter itself, whether it works and what it costs.
import { dashboard, UIDS } from './dashboard.ts';
import { api, credentials, politeness } from './exporter-api.ts';
import { collection, dataQuality } from './exporter-collection.ts';
import { health } from './exporter-health.ts';
import { serving } from './exporter-process.ts';
import type { Kit } from './kit.ts';
import { datasource, exporterChoices, keptChoices, projects } from './variables.ts';

export const exporter = (kit: Kit) =>
  dashboard(kit, {
    uid: UIDS.exporter,
    title: 'Workspace / Exporter',
    description: 'The exporter itself: whether its reads succeed, what it asks of the cloud, and what it needs to run.',
    from: 'now-3h',
    variables: [datasource, ...keptChoices(kit), ...exporterChoices(kit), projects(kit)],
    rows: [health, collection, api, politeness, credentials, dataQuality, serving],
  });
