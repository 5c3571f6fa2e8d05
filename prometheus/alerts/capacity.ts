// Alerts about the size of a pool: too few desktops for those who want one, too many, or a plan that cannot work.
import { lines, perPool, perQuota } from '../promql.ts';
import { record } from '../recording.ts';
import { thresholds } from '../thresholds.ts';
import { type AlertGroup, CAP, DEFICIT, DESKTOPS, IDLE, MIN_IDLE, POOL, USED } from './alert.ts';

const desktops = record('desktops:max');
const used = record('desktops_used:max');
const idle = record('desktops_idle:max');
const utilization = record('utilization:ratio');
const minIdle = record('autoscale_min_idle:max');
const cap = record('autoscale_max_auto_created:max');
const deficit = record('idle_deficit:max');
const isAutoscaled = `${record('autoscale_enabled:max')} == 1`;
const isMaintained = `${record('in_maintenance:max')} == 1`;

const createsAhead = perPool('huaweicloud_workspace_desktop_pool_info', 'autoscale_type="AUTO_CREATED"');
const createsOnAccess = perPool('huaweicloud_workspace_desktop_pool_info', 'autoscale_type="ACCESS_CREATED"');
const isDynamic = perPool('huaweicloud_workspace_desktop_pool_info', 'pool_type="DYNAMIC"');

const isAtCap = `${desktops} >= (${cap} > 0)`;
const isInfeasible = `${minIdle} > (${cap} > 0)`;

/** The policy promises idle desktops that are not there. */
const lacksIdle = lines(`${deficit} > 0`, `and ${isAutoscaled}`, `and ${createsAhead}`, `unless ${isMaintained}`);

/**
 * Only where the next user would be turned away: the desktops of a STATIC pool have owners, and one that creates a desktop as a user connects
 * has none to spare until it is known to be at its cap.
 */
const turnsUsersAway = lines(
  `and ${isDynamic}`,
  `unless ${isMaintained}`,
  `unless (${createsOnAccess} and ${isAutoscaled} unless ${isAtCap})`,
);

/** Desktops that autoscaling may still create; 0 where it is off or has no cap. */
const headroom = lines(`    (clamp_min(${cap} - ${desktops}, 0) and ${isAutoscaled})`, `    or 0 * ${desktops}`);

const {
  utilizationHigh,
  utilizationCritical,
  capacityLimit,
  predictionSeconds,
  predictionUtilization,
  shrunkTo,
  shrunkBy,
  wastedUtilization,
  wastedIdle,
  usersPerFreeDesktop,
  quota,
} = thresholds;

export const capacity: AlertGroup = {
  category: 'capacity',
  keepFiringFor: '10m',
  alerts: [
    {
      name: 'WorkspacePoolIdleBelowMinimum',
      for: '15m',
      severity: 'warning',
      expr: lacksIdle,
      summary: 'A desktop pool has fewer idle desktops than its autoscaling policy keeps ready.',
      description: `${POOL} lacks {{ $value }} idle desktops: ${IDLE} of ${DESKTOPS} are idle, the policy keeps ${MIN_IDLE}.`,
    },
    {
      name: 'WorkspacePoolAutoscaleStalled',
      for: '30m',
      severity: 'critical',
      expr: lines(lacksIdle, `and delta(${desktops}[30m]) <= 0`, `unless ${isAtCap}`, `unless ${isInfeasible}`),
      summary: 'A desktop pool needs idle desktops and may grow, but does not.',
      description: `${POOL} lacks {{ $value }} idle desktops and has not grown for half an hour; it has ${DESKTOPS} of at most ${CAP}.`,
    },
    {
      name: 'WorkspacePoolAutoscaleCapReached',
      for: '15m',
      severity: 'warning',
      expr: lines(
        isAtCap,
        `and ${deficit} > 0`,
        `and ${isAutoscaled}`,
        `and delta(${desktops}[15m]) == 0`,
        `and ${createsAhead}`,
        `unless ${isMaintained}`,
        `unless ${isInfeasible}`,
      ),
      summary: 'A desktop pool is as large as autoscaling may make it, and lacks idle desktops.',
      description: `${POOL} has {{ $value }} desktops of at most ${CAP}, and lacks ${DEFICIT} idle ones.`,
    },
    {
      name: 'WorkspacePoolExhausted',
      for: '5m',
      severity: 'critical',
      expr: lines(`${desktops} > 0`, `and ${idle} == 0`, turnsUsersAway),
      summary: 'A desktop pool has no desktop left for the next user.',
      description: `${POOL} has {{ $value }} desktops, and all of them are bound to users.`,
    },
    {
      name: 'WorkspacePoolUtilizationHigh',
      for: '15m',
      severity: 'warning',
      expr: lines(`${utilization} > ${utilizationHigh}`, turnsUsersAway),
      summary: 'Most desktops of a pool are in use.',
      description: `${POOL} uses {{ $value | humanizePercentage }} of its ${DESKTOPS} desktops; ${IDLE} are idle.`,
    },
    {
      name: 'WorkspacePoolUtilizationCritical',
      for: '5m',
      severity: 'critical',
      expr: lines(`${utilization} > ${utilizationCritical}`, turnsUsersAway),
      summary: 'Nearly all desktops of a pool are in use.',
      description: `${POOL} uses {{ $value | humanizePercentage }} of its ${DESKTOPS} desktops; ${IDLE} are idle.`,
    },
    {
      name: 'WorkspacePoolCapacityLimitNear',
      for: '15m',
      severity: 'warning',
      expr: lines(
        `${desktops} > ${capacityLimit} * ${perPool('huaweicloud_workspace_desktop_pool_capacity_limit_desktops')}`,
        `unless ${isMaintained}`,
      ),
      summary: 'A desktop pool comes near the ceiling that you set for it.',
      description: `${POOL} has {{ $value }} desktops, more than ${percent(capacityLimit)} of its capacity_limit.`,
    },
    {
      name: 'WorkspacePoolPredictedExhaustion',
      for: '30m',
      severity: 'warning',
      expr: lines(
        `predict_linear(${idle}[2h], ${predictionSeconds}) < 0`,
        `and ${utilization} > ${predictionUtilization}`,
        `and deriv(${used}[1h]) > 0`,
        `and ${idle} offset 2h >= 0`,
        turnsUsersAway,
      ),
      summary: 'A desktop pool will run out of idle desktops within hours if use grows on.',
      description: `${POOL} has ${IDLE} idle of ${DESKTOPS} desktops; at the rate of the last two hours none is left in ${predictionSeconds / 3600} hours.`,
    },
    {
      name: 'WorkspacePoolEmpty',
      for: '15m',
      severity: 'critical',
      expr: lines(
        `${desktops} == 0`,
        `and ${minIdle} > 0`,
        `and ${isAutoscaled}`,
        `and ${createsAhead}`,
        `unless ${isMaintained}`,
      ),
      summary: 'A desktop pool has no desktops, though its policy keeps idle ones ready.',
      description: `${POOL} has no desktops; the policy keeps ${MIN_IDLE} idle.`,
    },
    {
      name: 'WorkspacePoolShrank',
      for: '10m',
      severity: 'warning',
      expr: lines(
        `${desktops} offset 1h - ${desktops} >= ${shrunkBy}`,
        `and ${desktops} < ${shrunkTo} * (${desktops} offset 1h)`,
        'and (',
        `  (${deficit} > 0 and ${isAutoscaled} and ${createsAhead})`,
        `  or ${record('autoscale_enabled:max')} == 0`,
        ')',
        `unless ${isMaintained}`,
      ),
      summary: 'A desktop pool lost desktops that it needs.',
      description: `${POOL} has {{ $value }} desktops fewer than an hour ago: ${DESKTOPS}, of which ${USED} are used.`,
    },
    {
      name: 'WorkspacePoolOverProvisioned',
      for: '1h',
      severity: 'info',
      expr: lines(
        `avg_over_time(${utilization}[7d]) < ${wastedUtilization}`,
        `and min_over_time(${idle}[7d]) > ${wastedIdle} * (${minIdle} or 0 * ${desktops})`,
        `and ${utilization} offset 7d >= 0`,
        `unless ${isMaintained}`,
      ),
      summary: 'A desktop pool had far more desktops than it needed for a week.',
      description: `${POOL} used {{ $value | humanizePercentage }} of its desktops on average in seven days; now ${IDLE} of ${DESKTOPS} are idle.`,
    },
    {
      name: 'WorkspacePoolAutoscalePolicyInfeasible',
      for: '1h',
      severity: 'info',
      expr: lines(isInfeasible, `and ${isAutoscaled}`),
      summary: 'An autoscaling policy asks for more idle desktops than it may create.',
      description: `${POOL} is to keep {{ $value }} desktops idle, and may create ${CAP} at most.`,
    },
    {
      name: 'WorkspacePoolUsersExceedDesktops',
      for: '1h',
      severity: 'info',
      expr: lines(
        `${perPool('huaweicloud_workspace_desktop_pool_users', 'attached="false"')} > ${usersPerFreeDesktop} * (`,
        `  ${idle} + (`,
        headroom,
        '  )',
        ')',
        `and ${isDynamic}`,
        `unless ${isMaintained}`,
      ),
      summary: 'Many more users may use a desktop pool than it has desktops for.',
      description: `${POOL} has {{ $value }} users without a desktop; ${IDLE} of ${DESKTOPS} desktops are idle.`,
    },
    {
      name: 'WorkspaceQuotaNearLimit',
      for: '1h',
      severity: 'warning',
      expr: `${perQuota('huaweicloud_workspace_quota_used')} / (${perQuota('huaweicloud_workspace_quota_limit')} > 0) > ${quota}`,
      summary: 'A quota of Workspace is nearly used up.',
      description:
        'Project {{ $labels.project }} uses {{ $value | humanizePercentage }} of its quota of {{ $labels.resource }}{{ with $labels.site_id }} at site {{ . }}{{ end }}.',
    },
  ],
};

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}
