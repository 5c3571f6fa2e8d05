// Dashboard C: the exporter itself, whether it works and what it costs.
import { dashboard, UIDS } from './dashboard.ts';
import { api, credentials, politeness } from './exporter-api.ts';
import { collection, dataQuality } from './exporter-collection.ts';
import { health } from './exporter-health.ts';
import { serving } from './exporter-process.ts';
import { datasource, instance, job, projects } from './variables.ts';

export const exporter = dashboard({
  uid: UIDS.exporter,
  title: 'Workspace / Exporter',
  description: 'The exporter itself: whether its reads succeed, what it asks of the cloud, and what it needs to run.',
  from: 'now-3h',
  variables: [datasource, job, instance, projects],
  rows: [health, collection, api, politeness, credentials, dataQuality, serving],
});
