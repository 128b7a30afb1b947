import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parsePlan } from '../../src/app/plan.ts';
import type { Vault } from '../../src/app/ports/vault.ts';
import { compose } from '../../src/compose.ts';
import type { Plan } from '../../src/core/plan.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createRedactor } from '../../src/platform/redact.ts';
import {
  type ApigeeSimulator,
  type DumpLine,
  dumpDifferences,
  startApigeeSimulator,
} from '../../src/sim/apigee/index.ts';
import type { SimulatorOptions } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { hurriedClock } from '../harness/hurried-clock.ts';
import { createWorkplace, type Outcome, type RunOptions, type Workplace } from '../harness/run-holdfast.ts';

export const ORGANIZATION = 'acme-prod';

/** A lifetime in whole seconds is written some time after it was read. */
const EXPIRY_TOLERANCE_MS = 120_000;

/** A simulated organization, and a workplace with a vault, in which the command line runs on a hurried clock. */
export interface Stage {
  readonly workplace: Workplace;
  readonly simulator: ApigeeSimulator;
  readonly url: string;
  run(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
  json: Workplace['json'];
}

/** How many times a property is tried: HOLDFAST_TEST_RUNS, else `usual`. */
export function runsOf(usual: number): number {
  const asked = Number(process.env['HOLDFAST_TEST_RUNS']);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : usual;
}

/** A simulator on a port of this machine whose operations take a millisecond. */
export async function startSimulator(
  t: TestContext,
  options: SimulatorOptions,
): Promise<{ readonly simulator: ApigeeSimulator; readonly url: string }> {
  const timings = { operationMs: 1, deploymentMs: 1, cascadeMs: 1 };
  const started = await startApigeeSimulator({ organization: ORGANIZATION, timings, ...options, port: 0 });
  t.after(() => started.close());
  return { simulator: started.simulator, url: started.url };
}

/** A stage whose vault is made; the organization is `small` unless told otherwise. */
export async function createStage(t: TestContext, options: SimulatorOptions = {}): Promise<Stage> {
  const { simulator, url } = await startSimulator(t, { seed: 'small', ...options });
  const workplace = await createWorkplace(t, {
    HOLDFAST_APIGEE_ENDPOINT: url,
    HOLDFAST_APIGEE_TOKEN: 'stage-token',
    HOLDFAST_ORG: ORGANIZATION,
  });
  const run: Stage['run'] = (argv, given) => workplace.run(argv, { clock: hurriedClock, ...given });
  const json: Stage['json'] = (name, argv, given) => workplace.json(name, argv, { clock: hurriedClock, ...given });
  const made = await run(['init']);
  assert.equal(made.exit, 0, made.stderr);
  return { workplace, simulator, url, run, json };
}

/** A stage whose organization is generated from the seed. */
export function createGeneratedStage(
  t: TestContext,
  generated: { readonly seed: number; readonly size?: number; readonly allowResidue?: boolean },
  options: SimulatorOptions = {},
): Promise<Stage> {
  const seedFunction = (organizationName: string) => generateSeed({ ...generated, organizationName });
  return createStage(t, { ...options, seedFunction });
}

/** Takes a point and answers its document; the capture must be complete. */
export async function backUp(stage: Stage, options?: RunOptions) {
  const { exit, document, stderr } = await stage.json('backup', ['backup'], options);
  assert.equal(exit, 0, stderr);
  assert.equal(document.grade, 'complete');
  return document;
}

/** Everything the organization means, as it stands now. */
export function dumpOf(simulator: ApigeeSimulator): readonly DumpLine[] {
  return [...simulator.dump()].map((line) => structuredClone(line));
}

/**
 * What of two dumps differs, lifetimes forgiven within what writing them costs. A revision that comes back beside others
 * gets the next number, so the order of revisions only counts in an organization that was empty.
 */
export function differencesOf(
  left: readonly DumpLine[],
  right: readonly DumpLine[],
  revisions: 'ordered' | 'unordered' = 'unordered',
): readonly string[] {
  const compared = (lines: readonly DumpLine[]) => (revisions === 'ordered' ? lines : lines.map(withoutOrder));
  return dumpDifferences(compared(left), compared(right), EXPIRY_TOLERANCE_MS);
}

function withoutOrder(line: DumpLine): DumpLine {
  const { revisions } = line.value;
  return Array.isArray(revisions)
    ? { ...line, value: { ...line.value, revisions: revisions.map(String).sort(byText) } }
    : line;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Opens the stage's vault beside the command line, with every key. */
export async function openVault(t: TestContext, { workplace }: Stage): Promise<Vault> {
  const redactor = createRedactor();
  const nothing = (): void => undefined;
  const house = compose(
    {
      vault: workplace.environment['HOLDFAST_VAULT'],
      state: undefined,
      keys: workplace.environment['HOLDFAST_KEYS'],
      endpoint: 'https://unused.example',
      quotaPerMinute: 'unlimited',
      quotaShare: 1,
    },
    {
      environment: workplace.environment,
      cwd: workplace.folder,
      clock: hurriedClock,
      signal: new AbortController().signal,
      progress: { phase: nothing, advance: nothing, note: nothing, warn: nothing },
      conceal: (secret) => redactor.conceal(secret),
      logger: createLogger({ level: 'error', redactor, write: nothing }),
    },
  );
  t.after(() => house.close());
  return house.openVault();
}

/** Plans into `plan.json` and answers the plan as the file has it. */
export async function planInto(
  stage: Stage,
  vault: Vault,
  flags: readonly string[],
  options?: RunOptions,
): Promise<Plan> {
  const { exit, stderr } = await stage.run(['plan', '--point', 'latest', '--out', 'plan.json', ...flags], options);
  assert.equal(exit, 0, stderr);
  return parsePlan(await readFile(join(stage.workplace.folder, 'plan.json'), 'utf8'), vault.hasher);
}
