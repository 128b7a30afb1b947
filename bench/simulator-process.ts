/**
 * The simulated organization of a benchmark, in a process of its own so that its memory and its core are not counted:
 * `node bench/simulator-process.ts '{"seed":"medium","latencyMs":40}'`. Prints `{"listening": URL}`; ends with stdin.
 */
import type { Rows } from '../src/sim/apigee/organization-seed.ts';
import { type SeedName, startApigeeSimulator } from '../src/sim/apigee/index.ts';
import { createSeed } from '../src/sim/apigee/seeds/index.ts';

/** How the organization is made. */
export interface SimulatedSetting {
  readonly seed: SeedName;
  readonly latencyMs?: number;
  readonly quotaPerMinute?: number;
  /** With `huge`: only so many of its apps, and the developers they belong to. */
  readonly apps?: number;
}

const DEVELOPERS_PER_APP = 2 / 5;

function firstOf<Row>(rows: Rows<Row>, count: number): Rows<Row> {
  return {
    count,
    key: (index) => rows.key(index),
    at: (index) => rows.at(index),
    indexOf: (key) => {
      const index = rows.indexOf(key);
      return index < count ? index : -1;
    },
  };
}

// The parent is this benchmark and writes what the type says.
const setting = JSON.parse(process.argv[2] ?? '{"seed":"small"}') as SimulatedSetting;
const { seed, apps, ...rest } = setting;
const { url } = await startApigeeSimulator({
  ...rest,
  organization: 'acme-prod',
  port: 0,
  ...(apps === undefined
    ? { seed }
    : {
        seedFunction: (organization) => {
          const whole = createSeed(seed, organization);
          return {
            ...whole,
            developers: firstOf(whole.developers, Math.ceil(apps * DEVELOPERS_PER_APP)),
            apps: firstOf(whole.apps, apps),
          };
        },
      }),
});
process.stdout.write(`${JSON.stringify({ listening: url })}\n`);
// When the benchmark is gone, nobody needs this organization any more.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
