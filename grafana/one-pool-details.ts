// Rows of a pool's dashboard: states of its desktops, its policy and attributes, and how well it is read.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, ON_OFF, SUCCESS, words } from './looks.ts';
import { lines, timeline } from './over-time.ts';
import { stat } from './present.ts';
import { metric } from './promql.ts';
import { attributes } from './tables.ts';

type StateMetric = `desktop_pool_${'login' | 'run' | 'attach'}_state_desktops`;

const byState = (
  { perPool }: Kit,
  title: string,
  description: string,
  name: StateMetric,
  colors: Readonly<Record<string, string>>,
) =>
  lines({
    title,
    description,
    unit: 'none',
    width: 8,
    height: 9,
    style: 'stacked',
    queries: [{ expr: perPool(name, [], 'state'), legend: '{{state}}' }],
    colors,
  });

export const desktopStates = (kit: Kit): Row => ({
  title: 'States of the desktops',
  panels: [
    byState(
      kit,
      'Login states',
      'Desktops by what their agent says. A powered-off desktop is unregistered; unable_to_connect is a desktop that is on and useless.',
      'desktop_pool_login_state_desktops',
      {
        in_use: 'blue',
        disconnected: 'purple',
        ready: 'green',
        unregistered: 'text',
        unable_to_connect: 'red',
      },
    ),
    byState(kit, 'Power states', 'Desktops by whether they run.', 'desktop_pool_run_state_desktops', {
      active: 'green',
      stopped: 'text',
      hibernated: 'purple',
      error: 'red',
    }),
    byState(
      kit,
      'Assignment states',
      'Desktops by whether a user is assigned to them.',
      'desktop_pool_attach_state_desktops',
      { attached: 'blue', unattached: 'green', attaching: 'yellow', attach_error: 'red' },
    ),
  ],
});

const POLICY = {
  Autoscaling: 'desktop_pool_autoscale_enabled',
  'Minimum idle': 'desktop_pool_autoscale_min_idle_desktops',
  'Created at most': 'desktop_pool_autoscale_max_auto_created_desktops',
  'Created in one step': 'desktop_pool_autoscale_step_desktops',
  'Always kept': 'desktop_pool_autoscale_min_retention_desktops',
  'Idle ones kept for': 'desktop_pool_autoscale_idle_retention_seconds',
  'Bound after disconnecting for': 'desktop_pool_disconnected_retention_seconds',
} as const;

const inSeconds = [{ id: 'unit', value: 's' }];

export const policyAndInventory = ({ OF_POOL, perPool }: Kit): Row => {
  const labelsOf = (name: 'desktop_pool_info' | 'desktop_pool_product_info', labels: string) =>
    `max by (${labels}) (${metric(name, OF_POOL)})`;
  return {
    title: 'Policy and inventory',
    panels: [
      stat({
        title: 'Policy',
        description: 'The autoscaling policy as it is now. What the cloud does not report is missing.',
        unit: 'none',
        width: 8,
        height: 13,
        list: true,
        thresholds: NEUTRAL,
        queries: Object.entries(POLICY).map(([legend, name]) => ({ expr: perPool(name), legend })),
        overrides: {
          Autoscaling: [{ id: 'mappings', value: [ON_OFF] }],
          'Idle ones kept for': inSeconds,
          'Bound after disconnecting for': inSeconds,
        },
      }),
      attributes({
        title: 'Pool',
        description: 'Attributes of the pool, its image and its network.',
        width: 8,
        height: 13,
        queries: [
          {
            expr: labelsOf(
              'desktop_pool_info',
              'pool_id, pool_type, charging_mode, autoscale_type, availability_zone, vpc_id, subnet_id, ou_name, image_name, image_os_type, image_os_version',
            ),
          },
        ],
      }),
      attributes({
        title: 'Product',
        description: 'Attributes of the product that the desktops are made of.',
        width: 8,
        height: 13,
        queries: [
          {
            expr: labelsOf(
              'desktop_pool_product_info',
              'product_id, flavor_id, product_type, package_type, architecture, charge_mode, is_gpu, system_disk_type, contain_data_disk',
            ),
          },
        ],
      }),
    ],
  };
};

const FOUND = words({ 0: { text: 'gone', color: 'red' }, 1: { text: 'found', color: 'green' } });

export const reading = ({ DATA_AGE, dataAge, limit, perRead }: Kit): Row => ({
  title: 'Reading',
  panels: [
    stat({
      title: 'Last read',
      description: 'When the pool was last read successfully.',
      unit: 'dateTimeFromNow',
      width: 4,
      height: 7,
      thresholds: NEUTRAL,
      queries: [{ expr: `1000 * ${perRead('desktop_pool_last_success_timestamp_seconds')}` }],
    }),
    timeline({
      title: 'Success of the reads',
      description:
        'Whether the latest read of the pool succeeded, and whether the pool was there. While reads fail, the last good values stay for 10 minutes.',
      unit: 'none',
      width: 10,
      height: 7,
      mappings: [SUCCESS],
      isSparse: true,
      queries: [
        { expr: perRead('desktop_pool_up'), legend: 'Read' },
        { expr: perRead('desktop_pool_found'), legend: 'Found' },
      ],
      overrides: { Found: [{ id: 'mappings', value: [FOUND] }] },
    }),
    lines({
      title: 'Age of the data',
      description: 'Time since the pool was last read successfully. Red is where the alert is.',
      unit: 's',
      width: 10,
      height: 7,
      thresholds: DATA_AGE,
      showThresholds: true,
      axis: [0, 1.2 * limit('data_age_seconds')],
      queries: [{ expr: dataAge, legend: 'Age' }],
    }),
  ],
});
