import { applyPlan } from '../../app/apply.ts';
import { capture } from '../../app/capture.ts';
import type { Comparison } from '../../app/compare.ts';
import { compareWithLive, hasDifferences, hasUnknowns } from '../../app/compare.ts';
import { planRestore } from '../../app/plan.ts';
import { resolvePoint } from '../../app/points.ts';
import type { Vault } from '../../app/ports/vault.ts';
import { noIgnoreRules } from '../../core/ignore-rules.ts';
import { InternalError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { everything } from '../../core/selection.ts';
import type { CommandContext } from '../command.ts';
import type { ClientCall, Simulator, House } from '../house.ts';
import { formatBytes, formatCount, formatCounted, formatDuration } from '../render/quantity.ts';
import { createNarrator, type Narrator } from './narrator.ts';

export interface Stage {
  readonly context: CommandContext;
  /** Set up for the simulator and the demo's own vault and keys. */
  readonly house: House;
  readonly simulator: Simulator;
  readonly organization: string;
  readonly seed: string;
  /** What the vault is kept in, in words. */
  readonly storage: string;
}

const revisions = { newest: 5 };
const SHOWN_DAMAGES = 6;

/** Tells the story, doing each step for real. InternalError when a step does not end as it must. */
export async function tellStory(stage: Stage): Promise<void> {
  const { context } = stage;
  const narrator = createNarrator(context);
  const startedMs = context.clock.monotonicMs();
  const teller = new Teller(stage, narrator);
  await teller.introduce();
  await teller.backUp();
  const client = await teller.breakThings();
  await teller.showDrift();
  await teller.restore();
  await teller.check(client);
  await narrator.step(
    `That was all, in ${formatDuration(context.clock.monotonicMs() - startedMs)}. Nothing is left on this machine.`,
  );
  await narrator.say('Your turn: `holdfast init`, `holdfast backup`; `holdfast --help` has the rest.');
}

class Teller {
  readonly #stage: Stage;
  readonly #narrator: Narrator;
  #vault: Vault | undefined;

  constructor(stage: Stage, narrator: Narrator) {
    this.#stage = stage;
    this.#narrator = narrator;
  }

  async introduce(): Promise<void> {
    const { organization, seed, simulator, house, storage } = this.#stage;
    await this.#narrator.step('A simulated Apigee organization', `holdfast sim --org ${organization} --seed ${seed}`);
    await this.#narrator.say(`${organization}, an invented payments company, at ${simulator.url}.`);
    await this.#narrator.step(`An empty vault in ${storage}`, 'holdfast init');
    const made = await house.createVault();
    await this.#narrator.good(
      `${formatCounted(made.keys.length, 'key file')} made: ${made.keys.map(({ role }) => role).join(', ')}.`,
    );
    await this.#narrator.say('What is backed up can be sealed with writer.key, but not opened again.');
    this.#vault = await house.openVault();
  }

  async backUp(): Promise<void> {
    const { context, house, organization } = this.#stage;
    const { clock, progress, tool } = context;
    const vault = this.#openVault();
    await this.#narrator.step('A recovery point of everything', 'holdfast backup');
    const { live, identity } = await house.openOrganization(organization, 'read', vault.hasher);
    const { details } = await capture(
      { live, vault, clock, progress },
      { organization, selection: everything, revisions, acceptedGaps: [], tool, identity },
    );
    const durationMs = Date.parse(details.endedAt) - Date.parse(details.startedAt);
    const volume = `${formatCounted(details.resources, 'resource')} with ${formatCounted(details.calls, 'call')} in ${formatDuration(durationMs)}`;
    await this.#narrator.good(`Point ${details.id}: ${volume}, ${formatBytes(details.bytesWritten)} written.`);
    const captured = (kind: string): number => details.ledger.find((row) => row.kind === kind)?.captured ?? 0;
    const parts = [
      formatCounted(captured('proxy'), 'proxy', 'proxies'),
      formatCounted(captured('proxy-revision'), 'revision'),
      formatCounted(captured('api-product'), 'product'),
      formatCounted(captured('developer'), 'developer'),
      formatCounted(captured('developer-app'), 'app'),
      formatCounted(captured('app-key'), 'key'),
    ];
    await this.#narrator.say(`Among them ${parts.join(', ')}.`);
    assertStory(details.grade === 'complete', `the point is ${details.grade}, not complete`);
  }

  /** Wrecks the organization and answers the clients that worked before, the ones that were hurt first. */
  async breakThings(): Promise<{ readonly working: readonly ClientCall[]; readonly victim: ClientCall }> {
    const { simulator } = this.#stage;
    const working = simulator.findClients();
    await this.#narrator.step('Friday, 17:00: a botched update');
    const damages = simulator.wreck();
    await this.#narrator.some(damages, SHOWN_DAMAGES);
    const hurt = working.filter((client) => simulator.refusalOf(client) !== undefined);
    const victim = hurt.find((client) => simulator.refusalOf(client)?.includes('not known') === true) ?? hurt[0];
    if (victim === undefined) throw new InternalError('The demo went wrong: the wreck hurt no client.');
    const refused = `${formatCount(hurt.length)} of ${formatCounted(working.length, 'client')} that got through before are refused now.`;
    await this.#narrator.bad(refused);
    await this.#narrator.bad(
      `The app "${victim.app}" calls ${victim.proxy} in ${victim.environment}: ${simulator.refusalOf(victim) ?? ''}.`,
    );
    return { working, victim };
  }

  async showDrift(): Promise<void> {
    await this.#narrator.step('What changed since the point', 'holdfast drift');
    const comparison = await this.#compare();
    const rows = comparison.summary.filter(({ added, removed, changed }) => added + removed + changed > 0);
    const texts = rows.map(({ kind, added, removed, changed }) => {
      const parts = [
        ...(removed > 0 ? [`${formatCount(removed)} gone`] : []),
        ...(changed > 0 ? [`${formatCount(changed)} changed`] : []),
        ...(added > 0 ? [`${formatCount(added)} too many`] : []),
      ];
      return `${kind}: ${parts.join(', ')}`;
    });
    await this.#narrator.some(texts, texts.length);
    assertStory(hasDifferences(comparison), 'the wreck does not show');
  }

  async restore(): Promise<void> {
    const { context, house, organization } = this.#stage;
    await this.#narrator.step('The way back', 'holdfast restore --point latest --delete-extra');
    const plan = await this.#plan();
    const count = (change: string): string =>
      formatCount(plan.resources.filter((resource) => resource.change === change).length);
    await this.#narrator.say(
      `The plan: ${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete with ${formatCounted(plan.calls.length, 'call')}. ${formatCounted(plan.secretsRequired.length, 'secret')} of the point needed; none is in the plan.`,
    );
    const vault = this.#openVault();
    const { live, identity } = await house.openOrganization(organization, 'write', vault.hasher);
    const leases = await house.openLeases();
    const { clock, progress, signal, tool } = context;
    const report = await applyPlan(
      { live, vault, leases, clock, progress, signal },
      { plan, holder: house.describeHolder(), tool, identity },
    );
    const { done, planned } = report.calls;
    const durationMs = Date.parse(report.endedAt) - Date.parse(report.startedAt);
    await this.#narrator.good(
      `${formatCount(done)} of ${formatCounted(planned, 'call')} done in ${formatDuration(durationMs)}, and read back.`,
    );
    await this.#narrator.say(`How it was before is in the safety point ${report.safetyPoint}.`);
    assertStory(report.status === 'done', `the restore ended as ${report.status}`);
  }

  async check({
    working,
    victim,
  }: {
    readonly working: readonly ClientCall[];
    readonly victim: ClientCall;
  }): Promise<void> {
    const { simulator } = this.#stage;
    await this.#narrator.step('Is everything as it was?', 'holdfast diff latest live');
    const comparison = await this.#compare();
    assertStory(!hasDifferences(comparison) && !hasUnknowns(comparison), 'differences are left');
    await this.#narrator.good('No difference.');
    const refused = working.filter((client) => simulator.refusalOf(client) !== undefined);
    assertStory(refused.length === 0, `${refused.length} clients are still refused`);
    await this.#narrator.good(
      `"${victim.app}" gets through again with the key it always had, and so do all ${formatCount(working.length)}.`,
    );
    const again = await this.#plan();
    assertStory(again.calls.length === 0, `a second restore would send ${again.calls.length} calls`);
    await this.#narrator.good('A second restore has nothing to do.');
  }

  async #compare(): Promise<Comparison> {
    const { context, house, organization } = this.#stage;
    const vault = this.#openVault();
    const [point, tools, sorters] = await Promise.all([
      resolvePoint(vault, organization, 'latest'),
      house.compareTools(),
      house.sorters(),
    ]);
    const { live } = await house.openOrganization(organization, 'read', vault.hasher);
    const deps = { live, hasher: vault.hasher, sorters, tools, ignore: noIgnoreRules, progress: context.progress };
    return compareWithLive(deps, { point, selection: everything, revisions });
  }

  async #plan(): Promise<Plan> {
    const { context, house, organization } = this.#stage;
    const { clock, progress, tool } = context;
    const vault = this.#openVault();
    const point = await resolvePoint(vault, organization, 'latest');
    const { live } = await house.openOrganization(organization, 'read', vault.hasher);
    const sorters = await house.sorters();
    return planRestore(
      { live, vault, clock, sorters, progress },
      { organization, point, selection: everything, deleteExtra: true, revisions, tool, ignore: noIgnoreRules },
    );
  }

  #openVault(): Vault {
    if (this.#vault === undefined) throw new InternalError('The demo uses its vault before it made it.');
    return this.#vault;
  }
}

function assertStory(holds: boolean, otherwise: string): void {
  if (!holds) throw new InternalError(`The demo went wrong: ${otherwise}.`);
}
