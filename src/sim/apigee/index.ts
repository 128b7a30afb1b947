export type { FaultRule } from '../control/fault-plan.ts';
export type { LoggedRequest } from '../control/request-log.ts';
export { ApigeeSimulator, type SimulatorOptions } from './apigee-simulator.ts';
export { type DumpLine, dumpDifferences } from './dump.ts';
export { type RunningApigeeSimulator, startApigeeSimulator } from './http-server.ts';
export { type SeedName, seedNames } from './seeds/index.ts';
export { defaultSwitches, type SimulatorSwitches } from './switches.ts';
