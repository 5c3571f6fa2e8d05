// All scenarios.
import { capacityScenarios } from './capacity.ts';
import { exporterScenarios } from './exporter.ts';
import { readsScenarios } from './reads.ts';
import { stateScenarios } from './state.ts';

export { monthScenario } from './right-sizing.ts';
export { weekScenarios } from './week.ts';

/** Of hours, told in samples a minute apart. */
export const scenarios = [...capacityScenarios, ...stateScenarios, ...readsScenarios, ...exporterScenarios];
