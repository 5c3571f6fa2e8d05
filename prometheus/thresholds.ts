// Every number of the alerts: the place to change one. Then `npm run generate`.
export const thresholds = {
  /** Used desktops / desktops. */
  utilizationHigh: 0.85,
  utilizationCritical: 0.95,
  /** Desktops / your own ceiling (capacity_limit). */
  capacityLimit: 0.9,
  /** Exhaustion is foretold this far ahead, in seconds, from the trend of two hours … */
  predictionSeconds: 4 * 3600,
  /** … for pools that are at least this full. */
  predictionUtilization: 0.6,
  /** Desktops / desktops of an hour ago, and how many fewer it must be besides: a small pool shrinks by a half with one. */
  shrunkTo: 0.8,
  shrunkBy: 2,
  /** Average utilization of a week, and idle desktops / idle desktops that the policy wants. */
  wastedUtilization: 0.3,
  wastedIdle: 2,
  /** Users without a desktop / desktops that are free or may still be created. */
  usersPerFreeDesktop: 2,
  /** Desktops that cannot be reached / desktops. */
  unreachable: 0.1,
  maintenance: '4h',
  transition: '2h',
  quota: 0.9,
  /** Seconds. Data end after max_staleness (10 minutes): this has to come before. */
  dataAge: 5 * 60,
  /** Pools / pools of an hour ago. */
  poolsLeft: 0.5,
  /** Failed attempts / requests. */
  apiErrors: 0.05,
  /** Seconds. Renewal is due at 40 minutes, or a third of a shorter life. */
  credentialLeft: 10 * 60,
  /** Scrapes in 15 minutes that ended before the collection did. */
  slowScrapes: 3,
} as const;

/** Targets of this exporter: the job of the example scrape configurations, or of a Helm release. */
export const JOB = '.*huaweicloud-workspace.*';
