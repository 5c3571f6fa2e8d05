// What the demo's day must show: which alert fires for whom, and which queries rightly find nothing.

/** Alerts by who they are about; whoever is not named here keeps silent. Judged against what src/simulator/cast.ts makes of each pool. */
export const FIRED: Readonly<Record<string, readonly string[]>> = {
  // Four of its 28 desktops cannot be connected to, and the isolated ones could not be assigned.
  'R&D "blue" \\ team 🚀': ['WorkspacePoolDesktopsFailed', 'WorkspacePoolDesktopsUnreachable'],
  // Too small for the late morning: 70 people, 48 desktops at most. That the policy may create no more cannot be seen from outside: some were there all day.
  'مركز الاتصال': [
    'WorkspacePoolAutoscaleStalled',
    'WorkspacePoolExhausted',
    'WorkspacePoolIdleBelowMinimum',
    'WorkspacePoolPredictedExhaustion',
  ],
  // In maintenance, and somebody still works there.
  'legal-2025': ['WorkspacePoolMaintenanceTooLong', 'WorkspacePoolMaintenanceWithUsers'],
  // Its product is sold out, so it cannot grow.
  'render-farm': [
    'WorkspacePoolAutoscaleStalled',
    'WorkspacePoolDesktopsFailed',
    'WorkspacePoolIdleBelowMinimum',
    'WorkspacePoolPredictedExhaustion',
    'WorkspacePoolProductUnavailable',
  ],
  // Its subnet is full, so it cannot grow.
  'Magazyn Łódź': [
    'WorkspacePoolAutoscaleStalled',
    'WorkspacePoolDesktopsFailed',
    'WorkspacePoolIdleBelowMinimum',
    'WorkspacePoolPredictedExhaustion',
  ],
  'branch 36db45b8-e6a4-4f8c-aac8-ef6956afad4e': ['WorkspaceSubnetAddressesLow'],
  // Some desktops are frozen, the bill is open.
  contractors: ['WorkspacePoolHasFrozenDesktops'],
  // The policy of the documentation's sample answer: ten idle desktops wanted, one allowed.
  'yay-test': ['WorkspacePoolAutoscalePolicyTight', 'WorkspacePoolIdleBelowMinimum'],
  // The engineers use 24 of the 26 GPU workstations that the tenant may have.
  'headquarters gpu_instances': ['WorkspaceQuotaNearLimit'],
};

/** Queries without an answer, by `dashboard / panel / query`, with the reason why that is right. */
export const RIGHTLY_EMPTY: Readonly<Record<string, string>> = {
  'Workspace / Capacity overview / Pools that lack idle desktops, and what may hold them back / I':
    'none of them has a capacity_limit',
  'Workspace / One pool / Alerts that fire / B': 'no alert of the pool fires, as the first query says',
  'Workspace / One pool / Being created / A': 'the pool lacks nothing and does not change: its creations are not read',
  'Workspace / One pool / Failed, last hour / A': 'the same',
  'Workspace / Exporter / Errors by reason / B': 'no request failed, and reasons without a failure are left out',
  'Workspace / Exporter / Retries and requests in flight / B': 'nothing was retried',
  'Workspace / Exporter / Dropped series / B': 'no limit was reached',
  'Workspace / Exporter / Schema violations / B': 'the simulator answers as the cloud documents',
  'Workspace / Exporter / Unknown values / B': 'the simulator knows no undocumented value',
  'Workspace / Exporter / Waiting / B': 'the cloud never asked for a pause',
};
