// Alerts about the size of a pool: too few desktops for those who want one, too many, or a plan that cannot work.
import { lines, type Promql } from '../promql.ts';
import { lastly } from '../recording.ts';
import { record } from '../records.ts';
import { mayStillCreate, tomorrow } from '../right-sizing.ts';
import { type AlertGroup, createLookup, POOL, WHERE } from './alert.ts';

const desktops = record('desktops:max');
const used = record('desktops_used:max');
const idle = record('desktops_idle:max');
const utilization = record('utilization:ratio');
const minIdle = record('autoscale_min_idle:max');
const mayCreate = record('autoscale_max_auto_created:max');
const created = record('auto_created:min');
const deficit = record('idle_deficit:max');
const isAutoscaled = `${record('autoscale_enabled:max')} == 1`;
const isMaintained = `${record('in_maintenance:max')} == 1`;
/** The policy wants more idle desktops than it may create. */
const isTight = `${minIdle} > (${mayCreate} > 0)`;

export function capacity(promql: Promql): AlertGroup {
  const { ID, labels, named, perPool, perPoolOfSubnet, perQuota, perSubnet, threshold } = promql;
  const show = createLookup(promql);

  const createsAhead = perPool('huaweicloud_workspace_desktop_pool_info', 'autoscale_type="AUTO_CREATED"');
  const createsOnAccess = perPool('huaweicloud_workspace_desktop_pool_info', 'autoscale_type="ACCESS_CREATED"');
  const isDynamic = perPool('huaweicloud_workspace_desktop_pool_info', 'pool_type="DYNAMIC"');
  const limit = perPool('huaweicloud_workspace_desktop_pool_capacity_limit_desktops');

  /**
   * The evidence that a pool cannot grow. `max_auto_created` is no ceiling of its size: how many desktops were bought is not known, so
   * that only what was created within the week is compared with it.
   */
  const isUsedUp = lines('(', `  ${created} >= (${mayCreate} > 0)`, `  or ${desktops} >= ${limit}`, ')');

  /** The policy promises idle desktops that are not there. */
  const lacksIdle = lines(`${deficit} > 0`, `and ${isAutoscaled}`, `and ${createsAhead}`, `unless ${isMaintained}`);

  /**
   * Only where the next user would be turned away: the desktops of a STATIC pool have owners, and a pool that creates a desktop as a
   * user connects has none to spare until it is known that it may create no more.
   */
  const turnsUsersAway = lines(
    `and ${isDynamic}`,
    `unless ${isMaintained}`,
    `unless (${createsOnAccess} and ${isAutoscaled} unless ${isUsedUp})`,
  );

  /** Where it scales by itself, the alerts about missing idle desktops speak. */
  const cannotScale = lines(`and ${isDynamic}`, `unless ${isMaintained}`, `unless ${isAutoscaled}`);

  const free = perSubnet('huaweicloud_workspace_subnet_free_addresses');
  /** Addresses that the reserves of all its pools need. */
  const reserve =
    `sum by (${labels('project', 'subnet_id')}) (` +
    `${perPoolOfSubnet('huaweicloud_workspace_desktop_pool_subnet_info')} * on (${ID}) group_left () (${minIdle} and ${isAutoscaled}))`;
  /** Ends of queries of the descriptions. */
  const offer = labels('project', 'product_id', 'availability_zone');
  const soldOut = ` * on (${offer}) group_left () max by (${offer}) (huaweicloud_workspace_product_sold_out) == 1`;
  const subnet = labels('project', 'subnet_id');
  const freeAddresses = ` * on (${subnet}) group_left () max by (${subnet}) (huaweicloud_workspace_subnet_free_addresses))`;

  return {
    category: 'capacity',
    keepFiringFor: '10m',
    alerts: [
      {
        name: 'WorkspacePoolIdleBelowMinimum',
        minutes: 15,
        severity: 'warning',
        expr: named(lacksIdle),
        summary: `${POOL} has fewer idle desktops than its autoscaling policy keeps ready.`,
        description: `${POOL} ${WHERE} lacks {{ $value }} idle desktops: ${show.idle} of ${show.desktops} are idle, the policy keeps ${show.minIdle}.`,
      },
      {
        name: 'WorkspacePoolAutoscaleStalled',
        minutes: 30,
        severity: 'critical',
        expr: named(lines(lacksIdle, `and delta(${desktops}[30m]) <= 0`, `unless ${isUsedUp}`, `unless ${isTight}`)),
        summary: `${POOL} needs idle desktops and does not grow.`,
        description:
          `${POOL} ${WHERE} lacks {{ $value }} idle desktops and has not grown for half an hour; it has ${show.desktops}. ` +
          `Created within a week: at least ${show.created} of ${show.mayCreate}.` +
          // What is known of the reasons, and only that.
          `${show.whenFound('huaweicloud_workspace_desktop_pool_desktops_pending')} Being created: {{ first . | value }}.{{ end }}` +
          `${show.whenFound('huaweicloud_workspace_desktop_pool_creations_failed')} Failed creations: {{ first . | value }}.{{ end }}` +
          `${show.whenFound('huaweicloud_workspace_desktop_pool_product_status', ['status!=\\"normal\\"'], ['', ' == 1'])} Its product is {{ first . | label "status" }}.{{ end }}` +
          `${show.whenFound('huaweicloud_workspace_desktop_pool_info', [], ['', soldOut])} Its product is sold out in {{ first . | label "availability_zone" }}.{{ end }}` +
          `${show.whenFound('huaweicloud_workspace_desktop_pool_subnet_info', [], ['sum by (project) (', freeAddresses])} Free addresses in its subnets: {{ first . | value }}.{{ end }}`,
      },
      {
        name: 'WorkspacePoolAutoscaleMaximumReached',
        minutes: 15,
        severity: 'warning',
        expr: named(lines(lacksIdle, `and delta(${desktops}[15m]) <= 0`, `and ${isUsedUp}`)),
        summary: `${POOL} lacks idle desktops, and may not create more.`,
        description: `${POOL} ${WHERE} lacks {{ $value }} idle desktops and has ${show.desktops}; at least ${show.created} were added within a week, and autoscaling may create ${show.mayCreate}.`,
      },
      {
        name: 'WorkspacePoolExhausted',
        minutes: 5,
        severity: 'critical',
        expr: named(lines(`${desktops} > 0`, `and ${idle} == 0`, turnsUsersAway)),
        summary: `${POOL} has no desktop left for the next user.`,
        description: `${POOL} ${WHERE} has {{ $value }} desktops, and all of them are bound to users.`,
      },
      {
        name: 'WorkspacePoolUtilizationHigh',
        minutes: 15,
        severity: 'warning',
        expr: named(lines(`${utilization} > ${threshold('utilization_high')}`, cannotScale)),
        summary: `${POOL} has most of its desktops in use, and does not scale by itself.`,
        description: `${POOL} ${WHERE} uses {{ $value | humanizePercentage }} of its ${show.desktops} desktops; ${show.idle} are idle.`,
      },
      {
        name: 'WorkspacePoolUtilizationCritical',
        minutes: 5,
        severity: 'critical',
        expr: named(lines(`${utilization} > ${threshold('utilization_critical')}`, cannotScale)),
        summary: `${POOL} has nearly all of its desktops in use, and does not scale by itself.`,
        description: `${POOL} ${WHERE} uses {{ $value | humanizePercentage }} of its ${show.desktops} desktops; ${show.idle} are idle.`,
      },
      {
        name: 'WorkspacePoolCapacityLimitNear',
        minutes: 15,
        severity: 'warning',
        expr: named(lines(`${desktops} / ${limit} > ${threshold('capacity_limit')}`, `unless ${isMaintained}`)),
        summary: `${POOL} comes near the ceiling that you set for it.`,
        description: `${POOL} ${WHERE} has ${show.desktops} desktops: {{ $value | humanizePercentage }} of its capacity_limit.`,
      },
      {
        name: 'WorkspacePoolPredictedExhaustion',
        minutes: 30,
        severity: 'warning',
        expr: named(
          lines(
            `predict_linear(${idle}[2h], ${threshold('prediction_seconds')}) < 0`,
            `and ${utilization} > ${threshold('predicted_utilization')}`,
            // Not because idle desktops were removed, and not after the rush is over.
            `and predict_linear(${used}[1h], ${threshold('prediction_seconds')}) > ${desktops}`,
            `and ${idle} offset 2h >= 0`,
            turnsUsersAway,
          ),
        ),
        summary: `${POOL} will run out of idle desktops within hours if use grows on.`,
        description: `${POOL} ${WHERE} has ${show.idle} idle of ${show.desktops} desktops; at the rate of the last two hours none is left in {{ ${threshold('prediction_seconds')} | humanizeDuration }}.`,
      },
      tomorrow(promql),
      {
        name: 'WorkspacePoolEmpty',
        minutes: 15,
        severity: 'critical',
        expr: named(
          lines(
            `${desktops} == 0`,
            `and ${minIdle} > 0`,
            `and ${isAutoscaled}`,
            `and ${createsAhead}`,
            `unless ${isMaintained}`,
          ),
        ),
        summary: `${POOL} has no desktops, though its policy keeps idle ones ready.`,
        description: `${POOL} ${WHERE} has no desktops; the policy keeps ${show.minIdle} idle.`,
      },
      {
        name: 'WorkspacePoolShrank',
        minutes: 10,
        severity: 'warning',
        expr: named(
          lines(
            `${desktops} offset 1h - ${desktops} >= ${threshold('shrunk_by')}`,
            `and ${desktops} / (${desktops} offset 1h) < ${threshold('shrunk_to')}`,
            'and (',
            `  (${deficit} > 0 and ${isAutoscaled} and ${createsAhead})`,
            `  or ${record('autoscale_enabled:max')} == 0`,
            ')',
            `unless ${isMaintained}`,
          ),
        ),
        summary: `${POOL} lost desktops that it needs.`,
        description: `${POOL} ${WHERE} has {{ $value }} desktops fewer than an hour ago: ${show.desktops}, of which ${show.used} are used.`,
      },
      {
        name: 'WorkspacePoolOverProvisioned',
        minutes: 60,
        severity: 'info',
        expr: named(
          lines(
            `${lastly('utilization:avg7d')} < ${threshold('wasted_utilization')}`,
            `and ${lastly('desktops_idle:min7d')} > ${threshold('wasted_idle')} * (${minIdle} or 0 * ${desktops})`,
            // Once it is made smaller, what it was before says no more.
            `and ${desktops} >= ${desktops} offset 7d`,
            `unless ${isMaintained}`,
          ),
        ),
        summary: `${POOL} had far more desktops than it needed for a week.`,
        description: `${POOL} ${WHERE} used {{ $value | humanizePercentage }} of its desktops on average in seven days; now ${show.idle} of ${show.desktops} are idle.`,
      },
      {
        name: 'WorkspacePoolAutoscalePolicyTight',
        minutes: 60,
        severity: 'info',
        expr: named(lines(isTight, `and ${isAutoscaled}`)),
        summary: `${POOL} is to keep more desktops idle than its autoscaling may create.`,
        description: `${POOL} ${WHERE} is to keep {{ $value }} desktops idle, and may create ${show.mayCreate}.`,
      },
      {
        name: 'WorkspacePoolUsersExceedDesktops',
        minutes: 60,
        severity: 'info',
        expr: named(
          lines(
            `${perPool('huaweicloud_workspace_desktop_pool_users', 'attached="false"')} > ${threshold('users_per_free_desktop')} * (${idle} + ${mayStillCreate})`,
            `and ${isDynamic}`,
            `unless ${isMaintained}`,
          ),
        ),
        summary: `${POOL} has many more users than desktops for them.`,
        description: `${POOL} ${WHERE} has {{ $value }} users without a desktop; ${show.idle} of ${show.desktops} desktops are idle.`,
      },
      {
        name: 'WorkspaceSubnetAddressesLow',
        minutes: 30,
        severity: 'warning',
        expr: lines(
          `${free} < (`,
          `  clamp_min(${threshold('free_addresses_per_idle')} * ${reserve}, ${threshold('free_addresses')})`,
          `  or 0 * ${free} + ${threshold('free_addresses')}`,
          ')',
        ),
        summary: 'Subnet {{ $labels.subnet_id }} of project {{ $labels.project }} has few free addresses.',
        description:
          'Subnet {{ $labels.subnet_id }} of project {{ $labels.project }} has {{ $value }} free addresses; its desktop pools may need more to keep their idle desktops.',
      },
      {
        name: 'WorkspaceQuotaNearLimit',
        minutes: 60,
        severity: 'warning',
        expr: `${perQuota('huaweicloud_workspace_quota_used')} / (${perQuota('huaweicloud_workspace_quota_limit')} > 0) > ${threshold('quota')}`,
        summary: 'Project {{ $labels.project }} has nearly used up its quota of {{ $labels.resource }}.',
        description:
          'Project {{ $labels.project }} uses {{ $value | humanizePercentage }} of its quota of {{ $labels.resource }}{{ with $labels.site_id }} at site {{ . }}{{ end }}.',
      },
    ],
  };
}
