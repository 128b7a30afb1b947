import { type DumpLine, dumpDifferences, type SimulatorSwitches } from '../../src/sim/apigee/index.ts';
import type { SimulatorOptions } from '../../src/sim/apigee/index.ts';
import { generateSeed } from '../../src/sim/apigee/seeds/generated.ts';
import { SeededRandom } from '../../src/sim/control/seeded-random.ts';
import { otherSwitches } from '../restore/switches-for.ts';
import { Arsenal, type Fault, type Phase } from './arsenal.ts';
import { faults, turnOf } from './faults.ts';
import { judgeContents, judgePoint, type Ledger, notJudged, unknowableIn } from './judge-point.ts';
import { toldInVain } from './judge-vain.ts';
import { knowKinds, notTold, type Told } from './judge-restore.ts';
import { spacesHide } from './space-faults.ts';
import { type Ended, ORGANIZATION, type ReadResource, Scene } from './scene.ts';

/** What one seed came to. */
export interface Verdict {
  readonly seed: number;
  readonly what: string;
  /** The faults that were to strike, by name. */
  readonly drawn: readonly string[];
  /** How often each fault struck. */
  readonly struck: ReadonlyMap<string, number>;
  /** Exit codes of the commands under faults. */
  readonly exits: readonly (number | 'killed')[];
  /** Why the run was not right; none when it was. */
  readonly wrongs: readonly string[];
  readonly notJudged: ReadonlySet<string>;
}

interface Draw {
  readonly phase: Phase;
  readonly faults: readonly Fault[];
  readonly options: SimulatorOptions;
  readonly damage: 'mutated' | 'wrecked' | 'emptied';
  readonly smallPages: boolean;
  /** Whether the organization was captured before, and changed since. */
  readonly hasPoint: boolean;
}

/** Everything that a seed decides. */
function draw(seed: number, random: SeededRandom): Draw {
  // Each fault in turn, with up to two others.
  const first = turnOf(seed);
  const phase = first.phases[random.integer(first.phases.length)] ?? 'capture';
  const possible = faults.filter(({ phases }) => phases.includes(phase));
  const others = Array.from({ length: random.integer(3) }, () => possible[random.integer(possible.length)]);
  const taken = [...new Set([first, ...others.filter((fault) => fault !== undefined)])];
  const isSmall = random.fraction() < 0.1;
  const options: SimulatorOptions = {
    randomSeed: seed,
    switches: drawSwitches(random),
    ...(isSmall
      ? { seed: 'small' }
      : {
          seedFunction: (organizationName) =>
            generateSeed({ seed, organizationName, allowResidue: random.fraction() < 0.3, size: 1 }),
        }),
  };
  const isEmptied = random.fraction() < 0.25 || first.needsEmptied === true;
  const damage = isEmptied ? 'emptied' : isSmall && random.fraction() < 0.5 ? 'wrecked' : 'mutated';
  const smallPages = taken.some(({ pages }) => pages === true) || random.fraction() < 0.2;
  const hasPoint = taken.some(({ needsPoint }) => needsPoint === true) || random.fraction() < 0.2;
  return { phase, faults: taken, options, damage, smallPages, hasPoint };
}

/** Each open question about the service one way or the other. */
function drawSwitches(random: SeededRandom): Partial<SimulatorSwitches> {
  return Object.fromEntries(Object.entries(otherSwitches).filter(() => random.fraction() < 0.5));
}

const RESTORE = ['restore', '--point', 'latest', '--delete-extra', '--revisions', 'all', '--yes', '-o', 'json'];
const BACKUP = ['backup', '--revisions', 'all', '-o', 'json'];
const EXPIRY_TOLERANCE_MS = 120_000;
const MINUTE_MS = 60_000;

/** Draws a run from the seed, runs it, and judges it by what the simulator holds afterwards. */
export async function runSeed(seed: number): Promise<Verdict> {
  const random = new SeededRandom(seed * 7919 + 17);
  const drawn = draw(seed, random);
  const scene = await Scene.open(drawn.options);
  try {
    return await new Run(seed, random, drawn, scene).execute();
  } finally {
    await scene.close();
  }
}

class Run {
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #drawn: Draw;
  readonly #scene: Scene;
  readonly #wrongs: string[] = [];
  readonly #exits: (number | 'killed')[] = [];
  readonly #secrets = new Set<string>();
  readonly #notJudged = new Set<string>();
  #unknowable: Told['cannotRestore'] = [];
  #struck: ReadonlyMap<string, number> = new Map();
  /** What ended beside the command under faults. */
  #others: readonly Ended[] = [];

  constructor(seed: number, random: SeededRandom, drawn: Draw, scene: Scene) {
    this.#seed = seed;
    this.#random = random;
    this.#drawn = drawn;
    this.#scene = scene;
  }

  async execute(): Promise<Verdict> {
    const { phase, damage } = this.#drawn;
    try {
      if (phase === 'capture') await this.#captureUnderFaults();
      else await this.#restoreUnderFaults();
      this.#lookForSecrets();
    } catch (error) {
      this.#wrongs.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const drawn = this.#drawn.faults.map(({ name }) => name);
    return {
      seed: this.#seed,
      what: `${phase}${phase === 'restore' ? ` of what was ${damage}` : ''}: ${drawn.join(' + ')}`,
      drawn,
      struck: this.#struck,
      exits: this.#exits,
      wrongs: this.#wrongs,
      notJudged: this.#notJudged,
    };
  }

  #wrong(what: string, ended?: Ended): void {
    // Progress says nothing of what went wrong.
    const said = ended?.stderr.replace(/^[A-Z][a-z ]+(: \d+ of \d+ .*| …)\n/gm, '');
    this.#wrongs.push(ended === undefined ? what : `${what} (exit ${ended.exit})\n${said}`);
  }

  /** Runs a command under the drawn faults. */
  async #underFaults(argv: readonly string[]): Promise<Ended> {
    const arsenal = new Arsenal(this.#scene, this.#random, this.#drawn.phase);
    if (this.#drawn.smallPages) {
      arsenal.wire((request, handle) =>
        handle({
          ...request,
          target: request.target.replace(/\bpageSize=\d+/, 'pageSize=2').replace(/\bcount=\d+/, 'count=3'),
        }),
      );
    }
    for (const fault of this.#drawn.faults) fault.arm(arsenal);
    arsenal.arm();
    const ended = await this.#scene.run(argv, arsenal.abort.signal);
    this.#others = await Promise.all(arsenal.meanwhile);
    this.#struck = arsenal.disarm();
    this.#exits.push(ended.exit);
    this.#scene.simulator.settle();
    // Somebody else's lease, where a process was killed, runs out meanwhile.
    this.#scene.time.leap(2 * MINUTE_MS);
    return ended;
  }

  /** True when every fault that struck passes by itself. */
  get #passes(): boolean {
    const struck = [...this.#struck.keys()];
    return (
      this.#drawn.faults.every(({ name, passes }) => passes === true || !struck.includes(name)) && struck.length > 0
    );
  }

  async #captureUnderFaults(): Promise<void> {
    if (this.#drawn.hasPoint) {
      const earlier = await this.#scene.run(BACKUP);
      if (earlier.exit !== 0) return this.#wrong('the capture before it is not complete', earlier);
      this.#scene.simulator.mutate({ seed: this.#seed, count: this.#random.integer(12), allowResidue: true });
    }
    const before = this.#dump();
    const ended = await this.#underFaults(BACKUP);
    const after = this.#dump();
    const isPoint = ended.exit === 0 || ended.exit === 3;
    const point = isPoint ? await this.#judgeBackup(ended, before, after) : [];
    if (!isPoint) await this.#judgeFailedBackup(ended);
    for (const other of this.#others) {
      if (other.exit === 0 || other.exit === 3) await this.#judgeBackup(other, before, after);
      else await this.#judgeFailedBackup(other);
    }
    if (this.#passes && ended.exit === 3) this.#wrong('every fault passes, and the point is partial', ended);
    // Whatever happened, the next one is whole.
    const clean = await this.#scene.run(BACKUP);
    if (clean.exit !== 0) return this.#wrong('the capture after it, without faults, is not complete', clean);
    const whole = await this.#judgeBackup(clean, after, after);
    const hasMoved = dumpDifferences(before, after).length > 0;
    // What means the same as in an earlier point is kept as it was written then.
    if (!hasMoved && !this.#drawn.hasPoint && this.#others.length === 0)
      for (const wrong of judgeContents(point, whole)) this.#wrong(wrong, ended);
  }

  async #judgeBackup(
    ended: Ended,
    before: readonly DumpLine[],
    after: readonly DumpLine[],
  ): Promise<readonly ReadResource[]> {
    // The document is the one whose schema the command line's own tests check.
    const said = JSON.parse(ended.stdout) as Parameters<typeof judgePoint>[0]['said'] & { readonly point: string };
    if ((ended.exit === 0) !== (said.grade === 'complete')) this.#wrong(`the grade is ${said.grade}`, ended);
    const point = await this.#scene.readPoint(said.point);
    for (const wrong of judgePoint({
      before,
      after,
      point,
      said,
      hasHiddenSpaces: this.#struck.has(spacesHide.name),
    })) {
      const gaps = said.ledger.flatMap(({ kind, exceptions }) =>
        exceptions.map(({ at, state }) => `${kind} ${state} ${at}`),
      );
      this.#wrong(`${wrong}\ngaps: ${gaps.join(', ')}`);
    }
    return point;
  }

  async #judgeFailedBackup(ended: Ended): Promise<void> {
    if (this.#passes) this.#wrong('every fault passes, and the capture did not', ended);
    else if (ended.exit === 64 || ended.stderr.includes('INTERNAL')) this.#wrong('a fault of ours', ended);
    else await this.#assertNoPoint(ended);
  }

  /** A capture that failed leaves nothing that counts as a point. */
  async #assertNoPoint(ended: Ended): Promise<void> {
    const listed = await this.#scene.run(['points', '-o', 'json']);
    if (listed.exit !== 0) return this.#wrong('the points cannot be listed', listed);
    // Checked as above.
    const { points } = JSON.parse(listed.stdout) as { readonly points: readonly { readonly grade: string }[] };
    // The manifest may have been written when the answer, the process or the look at it was lost.
    const mayBeThere = ['killed', 1, 13, 130].includes(ended.exit);
    const known = (this.#drawn.hasPoint ? 1 : 0) + this.#others.filter(({ exit }) => exit === 0 || exit === 3).length;
    if (points.filter(({ grade }) => grade !== 'interrupted').length > known && !mayBeThere) {
      this.#wrong('the capture failed, and there is a point', ended);
    }
  }

  async #restoreUnderFaults(): Promise<void> {
    const { simulator } = this.#scene;
    const captured = await this.#scene.run(BACKUP);
    if (captured.exit !== 0) return this.#wrong('the capture to restore from is not complete', captured);
    // Checked as above.
    this.#unknowable = unknowableIn(JSON.parse(captured.stdout) as Ledger);
    const wanted = this.#dump();
    this.#damage();
    const damaged = this.#dump();
    simulator.log.reset();
    const ended = await this.#underFaults(RESTORE);
    const changed = simulator.log.mutations.some(({ committed }) => committed);
    this.#judgeRestore(ended, { wanted, changed });
    await this.#assertMadeGood(wanted, damaged);
  }

  #damage(): void {
    const { simulator } = this.#scene;
    switch (this.#drawn.damage) {
      case 'emptied':
        simulator.addOrganization(ORGANIZATION, 'empty');
        return;
      case 'wrecked':
        simulator.wreck();
        return;
      case 'mutated':
        simulator.mutate({ seed: this.#seed, count: 1 + this.#random.integer(12) });
    }
  }

  /** The report, and what the point's own ledger says that nobody can know. */
  #withLedger(report: Told): Told {
    return { ...report, cannotRestore: [...report.cannotRestore, ...this.#unknowable] };
  }

  #judgeRestore(ended: Ended, { wanted, changed }: { wanted: readonly DumpLine[]; changed: boolean }): void {
    const { exit } = ended;
    if (exit === 'killed') return;
    if (exit === 64 || ended.stderr.includes('INTERNAL')) this.#wrong('a fault of ours', ended);
    if (ended.stdout === '') {
      // "1: nothing was changed", and so say a stale plan and an active run.
      if ([1, 5, 11].includes(exit) && changed) this.#wrong('it says that nothing was changed', ended);
      if (this.#passes) this.#wrong('every fault passes, and the restore did not', ended);
      return;
    }
    // Checked as above.
    const report = JSON.parse(ended.stdout) as Told;
    const left = this.#differences(wanted);
    const silent = notTold(left, this.#withLedger(report));
    const undone = report.resources.filter(({ result }) => !['created', 'updated', 'deleted', 'same'].includes(result));
    const context = JSON.stringify({ left, undone, cannot: report.cannotRestore });
    if (silent.length > 0) this.#wrong(`not told: ${silent.join('; ')}\n${context}`, ended);
    const vain = toldInVain({ wanted, differences: left, report });
    if (vain.length > 0) this.#wrong(`told in vain: ${vain.join('; ')}\n${context}`, ended);
    if ((exit === 0) !== (report.status === 'done')) this.#wrong(`the status is ${report.status}`, ended);
    const failed = report.resources.some(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
    if (exit === 0 && failed) this.#wrong(`done, and something failed\n${context}`, ended);
  }

  /** Without faults a restore ends it, and one more has nothing to do but what cannot be done. */
  async #assertMadeGood(wanted: readonly DumpLine[], damaged: readonly DumpLine[]): Promise<void> {
    const { simulator } = this.#scene;
    const again = await this.#scene.run(RESTORE);
    if (again.stdout === '') return this.#wrong('the restore after it, without faults, failed', again);
    // Checked as above.
    const report = JSON.parse(again.stdout) as Told;
    const silent = notTold(this.#differences(wanted), this.#withLedger(report));
    const vain = toldInVain({ wanted, differences: this.#differences(wanted), report });
    if (vain.length > 0) this.#wrong(`told in vain after all: ${vain.join('; ')}`, again);
    for (const doubled of this.#doubled(wanted, damaged)) this.#wrong(`imported more than once: ${doubled}`, again);
    if (silent.length > 0) {
      const has = new Map(this.#dump().map((line) => [`${line.kind} ${line.key}`, line.value]));
      const shown = wanted.filter(({ kind, key }) => silent.some((line) => line.endsWith(`: ${kind} ${key}`)));
      const values = shown.map(
        ({ kind, key, value }) =>
          `${kind} ${key}: ${JSON.stringify(value)}; ${JSON.stringify(has.get(`${kind} ${key}`))}`,
      );
      this.#wrong(`not told after all: ${silent.join('; ')}\n${values.join('\n')}`, again);
    }
    if (again.exit !== 0 && !this.#isRefusedForGood(report)) {
      const undone = report.resources.filter(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
      this.#wrong(
        `the restore after it, without faults, is not done: ${JSON.stringify(undone)}; ${JSON.stringify(report.cannotRestore)}; ${damaged.length}`,
        again,
      );
    }
    if (again.exit !== 0 || this.#random.fraction() > 0.2) return;
    simulator.log.reset();
    const third = await this.#scene.run(RESTORE);
    const sent = simulator.log.mutations.map(({ http, path }) => `${http} ${path}`);
    if (third.exit !== 0) this.#wrong('a restore of what is restored is not done', third);
    if (sent.length > 0 && report.cannotRestore.length === 0)
      this.#wrong(`it is never done: ${sent.join(', ')}`, third);
  }

  /** Some answers of the service no plan can get around; they must be told, which `notTold` has checked. */
  #isRefusedForGood({ resources }: Told): boolean {
    const { switches } = this.#scene.simulator;
    const undone = resources.filter(({ result }) => ['failed', 'notExecuted', 'differs'].includes(result));
    return undone.every(({ id }) => {
      if (switches.writesUnderInactiveDeveloper === 'refused' && id.startsWith('developers/')) return true;
      if (switches.pastSubscriptionStart === 'refused' && id.includes('/subscriptions/')) return true;
      // Without its rate plans no product can be subscribed to.
      if (switches.pastRatePlanStart === 'refused' && /\/(rateplans|subscriptions)\//.test(id)) return true;
      return switches.sharedFlowReplacement === 'refused' && /(sharedflows|deployment|flowhooks)/.test(id);
    });
  }

  #dump(): readonly DumpLine[] {
    const lines = this.#scene.dump();
    knowKinds(lines.map(({ kind }) => kind));
    for (const kind of notJudged(lines)) this.#notJudged.add(kind);
    for (const line of lines) this.#noteSecrets(line);
    return lines;
  }

  #differences(wanted: readonly DumpLine[]): readonly string[] {
    return dumpDifferences(wanted.map(withoutOrder), this.#dump().map(withoutOrder), EXPIRY_TOLERANCE_MS);
  }

  /** Revisions that stand more often than before: the sign of an import that was repeated. */
  #doubled(...before: readonly (readonly DumpLine[])[]): readonly string[] {
    const known = before.map(countRevisions);
    const now = countRevisions(this.#dump());
    return [...now]
      .filter(([name, count]) => count > Math.max(1, ...known.map((counts) => counts.get(name) ?? 0)))
      .map(([name]) => name);
  }

  #noteSecrets({ kind, value }: DumpLine): void {
    const fields = kind === 'key' ? ['consumerKey', 'consumerSecret'] : kind === 'key value map entry' ? ['value'] : [];
    for (const field of fields) {
      const secret = value[field];
      // What is short, or a plain word, stands elsewhere too.
      if (typeof secret === 'string' && secret.length >= 16 && /\d/.test(secret)) this.#secrets.add(secret);
    }
  }

  /** No secret, as it is or as it is written in a URL, JSON or base64, in anything that was printed. */
  #lookForSecrets(): void {
    const { said } = this.#scene;
    for (const secret of this.#secrets) {
      const forms = [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64'),
      ];
      for (const form of forms) if (said.includes(form)) this.#wrong(`a secret was printed: ${form}`);
    }
    if (/token-of-the-scene-\d/.test(said)) this.#wrong('a token was printed');
  }
}

/** A revision that comes back beside others gets the next number, and equal ones are one. */
function withoutOrder(line: DumpLine): DumpLine {
  const { revisions } = line.value;
  if (!Array.isArray(revisions)) return line;
  return { ...line, value: { ...line.value, revisions: [...new Set(revisions.map(String))].sort() } };
}

function countRevisions(lines: readonly DumpLine[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, key, value } of lines) {
    const { revisions } = value;
    for (const digest of Array.isArray(revisions) ? revisions : []) {
      const name = `${kind} ${key} ${String(digest)}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
