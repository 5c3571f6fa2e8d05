// The scenarios by test file of promtool.
import { capacityScenarios } from './capacity.ts';
import { exporterScenarios } from './exporter.ts';
import { readsScenarios } from './reads.ts';
import { promtoolTests, type Scenario } from './scenario.ts';
import { stateScenarios } from './state.ts';
import { weekScenarios } from './week.ts';

const file = (name: string, scenarios: readonly Scenario[], evaluationInterval = '1m') => ({
  path: `prometheus/tests/${name}.yml`,
  scenarios,
  content: () => promtoolTests(evaluationInterval, scenarios),
});

export const scenarioFiles = [
  file('capacity', capacityScenarios),
  file('state', stateScenarios),
  file('reads', readsScenarios),
  file('exporter', exporterScenarios),
  file('week', weekScenarios, '5m'),
] as const;
