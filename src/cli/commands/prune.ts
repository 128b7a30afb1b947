import { resolveOrganization } from '../../app/points.ts';
import type { Vault } from '../../app/ports/vault.ts';
import type { PruneDeps, PruneRequest } from '../../app/prune/judge-points.ts';
import { markPrune } from '../../app/prune/mark-prune.ts';
import { type PrunePreview, previewPrune } from '../../app/prune/preview-prune.ts';
import { sweepPrunes } from '../../app/prune/sweep-prune.ts';
import type { Sweep } from '../../app/prune/sweep.ts';
import { UserError } from '../../core/errors.ts';
import type { LeftObject } from '../../core/plan-prune.ts';
import { readLongerKeeps } from '../../core/retention.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Command, CommandContext } from '../command.ts';
import { assertCanAsk, confirmOrganization } from '../confirm.ts';
import { verbOptions } from '../options.ts';
import { pruneContext } from '../prune-context.ts';
import { renderPrune } from '../render/prune.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';

const EXIT_PARTIAL = 3;
const EXIT_REFUSED = 4;

type Document = OutputDocument<'prune'>;

export const prune: Command = {
  arguments: [],
  options: [verbOptions.mark, verbOptions.sweep, verbOptions.giveUp, verbOptions.yes],
  audit: { effect: 'changes', whenAnySwitch: ['mark', 'sweep'], signers: ['pruner'] },
  details: [
    'Shows every point, which rules of `retention` in the configuration keep it, and what would go; nothing is written.',
    '--mark signs what would go into the vault. After the grace --sweep deletes what is marked and by then still kept by',
    'nothing. Both need pruner.key and ask you to type the name of the organization, unless --yes. Only points of epochs',
    'that later ones replace go; never what is held, the newest good copy of a kind, what the store still protects, or so',
    'many verified points that fewer than the minimum are left. What cannot be relied on refuses all of it: exit code 4.',
  ],
  examples: ['holdfast prune', 'holdfast prune --mark', 'holdfast prune --sweep --yes -o json'],
  async run(context) {
    const { house, flags, output, progress } = context;
    const action = actionOf(context);
    if (action !== 'preview') assertCanAsk(context);
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const { deps, request } = pruneContext(context, vault, organization);
    if (action !== 'preview') assertPruner(context, vault);
    const preview = await previewPrune(deps, request);
    progress.clear();
    const done = await carryOut(context, { action, deps, request, preview });
    progress.clear();
    const document = describePrune({ action, request, preview, done });
    await output.document(document, () => renderPrune(document, output));
    return exitOf(document);
  },
};

function actionOf({ flags }: CommandContext): Document['action'] {
  if (flags.is('mark') && flags.is('sweep')) {
    throw new UserError({
      code: 'USAGE',
      message: 'What is marked now cannot be swept now: the grace lies between.',
      next: 'Give --mark or --sweep.',
    });
  }
  return flags.is('mark') ? 'mark' : flags.is('sweep') ? 'sweep' : 'preview';
}

function assertPruner({ progress }: CommandContext, vault: Vault): void {
  if (!vault.abilities.signPrunes) {
    throw new UserError({
      code: 'KEY_MISSING',
      message: 'Marking and sweeping need pruner.key, which signs them.',
      resource: 'pruner.key',
      next: 'Put pruner.key into the folder that HOLDFAST_KEYS names, or its contents into HOLDFAST_PRUNER_KEY.',
    });
  }
  if (vault.abilities.signPoints)
    progress.warn('A key that writes points is at hand as well: who takes backups should not be able to delete them.');
}

interface Done {
  readonly marked?: number;
  readonly sweeps: readonly Sweep[];
}

async function carryOut(
  context: CommandContext,
  of: {
    readonly action: Document['action'];
    readonly deps: PruneDeps;
    readonly request: PruneRequest;
    readonly preview: PrunePreview;
  },
): Promise<Done> {
  const { action, deps, request, preview } = of;
  if (action === 'preview') return { sweeps: [] };
  const { refusals } = preview.judged;
  if (action === 'mark') {
    const { points, givenUp, objects } = preview.unmarked;
    const what = nameWhatGoes({ points: points.length, givenUp: givenUp.length, objects: objects.length });
    if (refusals.length === 0 && what !== undefined)
      await confirmOrganization(context, request.organization, `${what} will be marked.`);
    await context.audit.declare({ organization: request.organization, points: idsOf(preview.unmarked.points) });
    const marked = await markPrune(deps, request, preview);
    if (marked !== undefined) context.audit.note({ prune: marked.prune });
    return { sweeps: [], ...(marked === undefined ? {} : { marked: marked.prune }) };
  }
  const due = preview.marks.filter(({ dueMs }) => dueMs !== undefined && dueMs <= preview.judged.nowMs);
  const unfinished = preview.marks.filter(({ isUnfinished }) => isUnfinished).length;
  const what = nameWhatGoes({ ...countDue(preview, due), unfinished });
  if (refusals.length === 0 && what !== undefined)
    await confirmOrganization(context, request.organization, `${what} will be deleted.`);
  const points = due.flatMap(({ going }) => idsOf(going));
  await context.audit.declare({ organization: request.organization, points });
  const sweeps = await sweepPrunes(deps, request);
  context.audit.note({
    prunes: sweeps.map((sweep) => String(sweep.prune)),
    points: sweeps.flatMap((sweep) => sweep.points),
    objects: sweeps.reduce((sum, sweep) => sum + sweep.deletedObjects, 0),
  });
  return { sweeps };
}

interface Counts {
  readonly points: number;
  readonly givenUp: number;
  readonly objects: number;
  readonly unfinished?: number;
}

/** What a sweep of these marks deletes at most. */
function countDue({ givenUp, objects }: PrunePreview, due: PrunePreview['marks']): Counts {
  const records = due.flatMap(({ prune: { records } }) => records);
  const named = new Set(
    records.flatMap((record) =>
      record.step === 'mark' || record.step === 'sweep'
        ? [...record.points, ...record.objects].map(({ name }) => name)
        : [],
    ),
  );
  return {
    points: due.reduce((sum, { going }) => sum + going.length, 0),
    givenUp: givenUp.filter(({ manifest }) => named.has(manifest.name)).length,
    objects: objects.filter(({ name }) => named.has(name)).length,
  };
}

/** In words; undefined when nothing goes. */
function nameWhatGoes({ points, givenUp, objects, unfinished = 0 }: Counts): string | undefined {
  if (points + givenUp + objects + unfinished === 0) return undefined;
  return [
    formatCounted(points, 'point'),
    ...(givenUp === 0 ? [] : [formatCounted(givenUp, 'manifest that was given up', 'manifests that were given up')]),
    ...(objects === 0 ? [] : [formatCounted(objects, 'pack or index', 'packs and indexes')]),
    ...(unfinished === 0 ? [] : [`what is left of ${formatCounted(unfinished, 'begun sweep')}`]),
  ].join(', ');
}

function idsOf(points: PrunePreview['unmarked']['points']): readonly string[] {
  return points.map(({ summary }) => summary.id);
}

function describePrune(of: {
  readonly action: Document['action'];
  readonly request: PruneRequest;
  readonly preview: PrunePreview;
  readonly done: Done;
}): Document {
  const { action, request, preview, done } = of;
  const { decision, refusals, ground } = preview.judged;
  const timeOf = new Map(ground.points.map(({ summary }) => [summary.id, summary.time]));
  const describe = ({ id, epoch }: { readonly id: string; readonly epoch: string }) => ({
    point: id,
    time: timeOf.get(id) ?? '',
    epoch,
  });
  return {
    schema: 'holdfast/prune/1',
    organization: request.organization,
    action,
    policy: request.policy,
    graceDays: request.graceDays,
    refusals,
    epochs: decision.epochs.map(({ epoch, isClosed, why }) => ({
      epoch,
      closed: isClosed,
      ...(why === undefined ? {} : { why }),
    })),
    stays: decision.points
      .filter(({ keeps }) => keeps.length > 0)
      .map(({ point, keeps }) => ({ ...describe(point), keeps })),
    goes: decision.points.filter(({ keeps }) => keeps.length === 0).map(({ point }) => describe(point)),
    givenUp: preview.givenUp.map(({ manifest }) => manifest.name),
    objects: preview.objects.length,
    bytes: preview.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    left: preview.left.map(describeLeft),
    longerKeeps: longerKeeps(request, preview),
    marks: preview.marks.map(
      ({ prune: { prune: number }, markedAt, dueMs, voidBecause, isUnfinished, going, waiting }) => ({
        prune: number,
        markedAt,
        ...(dueMs === undefined ? {} : { dueAt: formatInstant(dueMs) }),
        ...(voidBecause === undefined ? {} : { void: voidBecause }),
        unfinished: isUnfinished,
        points: going.map(({ summary }) => summary.id),
        waiting: waiting.map((one) => ({ point: one.point.summary.id, dueAt: formatInstant(one.dueMs) })),
      }),
    ),
    ...(done.marked === undefined ? {} : { marked: done.marked }),
    sweeps: done.sweeps.map(({ prune: number, points, withdrawn, deletedObjects, deletedBytes, left }) => ({
      prune: number,
      points,
      withdrawn,
      objects: deletedObjects,
      bytes: deletedBytes,
      left: left.map(describeLeft),
    })),
  };
}

/** Known only where the configuration says for how long the container protects. */
function longerKeeps({ protectionDays: days }: PruneRequest, { judged }: PrunePreview): Document['longerKeeps'] {
  if (days === undefined) return [];
  const { decision, ground, nowMs } = judged;
  const openedMs = new Map(
    ground.epochs.flatMap(({ epoch, openedAt }) =>
      openedAt === undefined ? [] : [[epoch, Date.parse(openedAt)] as const],
    ),
  );
  return readLongerKeeps(decision, { days, nowMs, openedMs }).map(({ point, protectedUntilMs }) => ({
    point,
    protectedUntil: formatInstant(protectedUntilMs),
  }));
}

function describeLeft({ name, sizeBytes, why, until }: LeftObject): Document['left'][number] {
  return { name, bytes: sizeBytes, why, ...(until === undefined ? {} : { until }) };
}

/** What stayed although it was to go makes a sweep partial. */
function exitOf({ refusals, sweeps }: Document): number {
  if (refusals.length > 0) return EXIT_REFUSED;
  return sweeps.some(({ withdrawn, left }) => withdrawn.length + left.length > 0) ? EXIT_PARTIAL : 0;
}
