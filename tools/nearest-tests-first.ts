/**
 * The TAP runner of Stryker, which runs a test file after the other until one fails, in a better order: the test file of
 * the mutated file's name first, then the quick ones and the neighbours, the slow ones last. What a mutant is judged by
 * stays the same; a caught one costs one short process instead of many.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { createTapTestRunnerFactory, type TapTestRunner } from '@stryker-mutator/tap-runner';

export { strykerValidationSchema } from '@stryker-mutator/tap-runner';

type DryRun = TapTestRunner['dryRun'];
type MutantRun = TapTestRunner['mutantRun'];

/** Milliseconds of each test file; written by the dry run into the sandbox, which all runners of a run share. */
const DURATIONS_FILE = 'test-durations.json';

const NEIGHBOUR_WEIGHT = 0.25;

class NearestTestsFirst {
  readonly #runner: TapTestRunner;
  #durations: ReadonlyMap<string, number> | undefined;

  constructor(runner: TapTestRunner) {
    this.#runner = runner;
  }

  capabilities(): ReturnType<TapTestRunner['capabilities']> {
    return this.#runner.capabilities();
  }

  async init(): Promise<void> {
    await this.#runner.init();
  }

  async dryRun(options: Parameters<DryRun>[0]): ReturnType<DryRun> {
    const result = await this.#runner.dryRun(options);
    if ('tests' in result) {
      writeFileSync(DURATIONS_FILE, JSON.stringify(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs])));
    }
    return result;
  }

  async mutantRun(options: Parameters<MutantRun>[0]): ReturnType<MutantRun> {
    const { testFilter, activeMutant } = options;
    if (testFilter === undefined) return await this.#runner.mutantRun(options);
    const mutated = relative(process.cwd(), activeMutant.fileName);
    const sorted = testFilter.toSorted((one, other) => this.#cost(one, mutated) - this.#cost(other, mutated));
    return await this.#runner.mutantRun({ ...options, testFilter: sorted });
  }

  #cost(testFile: string, mutated: string): number {
    if (basename(testFile, '.test.ts') === basename(mutated, '.ts')) return 0;
    const took = this.#knownDurations().get(testFile) ?? 0;
    return dirname(mutated).endsWith(dirname(testFile)) ? took * NEIGHBOUR_WEIGHT : took;
  }

  #knownDurations(): ReadonlyMap<string, number> {
    this.#durations ??= new Map(
      existsSync(DURATIONS_FILE) ? (JSON.parse(readFileSync(DURATIONS_FILE, 'utf8')) as [string, number][]) : [],
    );
    return this.#durations;
  }
}

const createTapTestRunner = createTapTestRunnerFactory();

type Inject = Parameters<typeof createTapTestRunner>[0];

export const strykerPlugins = [
  {
    kind: 'TestRunner',
    name: 'tap',
    factory: Object.assign((injector: Inject) => new NearestTestsFirst(createTapTestRunner(injector)), {
      inject: createTapTestRunner.inject,
    }),
  },
];
