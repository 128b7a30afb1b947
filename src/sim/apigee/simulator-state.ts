import type { FaultPlan } from '../control/fault-plan.ts';
import type { MinuteQuota } from '../control/quota.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { PageFaults } from './page-faults.ts';
import type { Router } from './router.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Everything one simulator holds. */
export interface SimulatorState {
  readonly world: SimulatedWorld;
  readonly organizations: Map<string, SimulatedOrganization>;
  readonly router: Router;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
  readonly quota: MinuteQuota;
  readonly tokens: AccessTokens;
  readonly pageFaults: PageFaults;
  /** Paths that answer 404 to every GET, by fault. */
  readonly vanished: Set<string>;
  /** Added to every answer, in real milliseconds. */
  latencyMs: number;
}
