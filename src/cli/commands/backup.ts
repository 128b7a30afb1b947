import { capture } from '../../app/capture.ts';
import { resolveOrganization } from '../../app/points.ts';
import type { ApiUsage } from '../../app/ports/organization.ts';
import type { Vault } from '../../app/ports/vault.ts';
import { readClockSkew } from '../../app/read-clock-skew.ts';
import { UserError } from '../../core/errors.ts';
import type { PointDetails } from '../../core/point.ts';
import { isEverything, type Selection } from '../../core/selection.ts';
import type { Command, CommandContext } from '../command.ts';
import { warnOfExpired } from '../compare-command.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import type { Output } from '../output.ts';
import type { BackupProtection, protectPoint } from '../protect/protect-point.ts';
import { withHooks } from '../hooks.ts';
import { withPings } from '../ping.ts';
import { wrapText } from '../render/printable.ts';
import { renderLedger, renderNextOfHoles, renderNotCaptured } from '../render/ledger.ts';
import { formatBytes, formatCount, formatDuration } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readSelection } from '../read-selection.ts';
import { readEpochPeriod, readRevisions } from '../settings.ts';
import { describeCalls } from './show.ts';

const EXIT_PARTIAL = 3;

interface Captured {
  readonly details: PointDetails;
  readonly usage: ApiUsage;
  /** What Azure Backup came to, where it was asked for. */
  readonly protection: BackupProtection | undefined;
}

export const backup: Command = {
  arguments: [],
  options: [...selectionOptions, verbOptions.revisions, verbOptions.newEpoch, verbOptions.epoch, verbOptions.protect],
  audit: { effect: 'changes', signers: ['writer', 'restorer'] },
  details: [
    'Reads the organization and writes a sealed, signed point. writer.key is enough. A point with holes is `partial`:',
    'each hole is named and the exit code is 3. A monitor at HOLDFAST_PING_URL is told at /start and at the end, at',
    '/fail when the backup failed or is partial. Programs under hooks in the configuration run before and after it, without',
    'the variables that hold keys and tokens, those of the host too; those after it find the result in HOLDFAST_HOOK_STATUS,',
    '_POINT, _GRADE, _EXIT and _ERROR. With',
    '--protect Azure Backup then backs the vault up, protect.replicationMarginMinutes (60) after the point, when its recovery point',
    'is expected to hold it whole; what comes of that is told, and exit 3 when it is not a whole one. The newest',
    'head of the audit trail is printed (-o json) and told to the monitor: kept there, it shows later whether a tail was cut off.',
    'Every so often (--epoch) a backup of everything opens an epoch: it reads all afresh and rests on nothing older.',
  ],
  examples: [
    'holdfast backup',
    'holdfast backup --preset consumers -o json',
    "holdfast backup --only 'environments/prod/**'",
    'holdfast backup --new-epoch',
  ],
  async run(context) {
    const { exit } = await withPings(
      context,
      () =>
        withHooks(
          context,
          () => takePoint(context),
          (taken) => showCaptured(context, taken),
        ),
      ({ result }) => summarize(result, context.audit.heads()),
    );
    return exit;
  },
};

async function showCaptured({ progress, output, audit }: CommandContext, captured: Captured): Promise<number> {
  const { details, protection } = captured;
  const document: OutputDocument<'backup'> = {
    schema: 'holdfast/backup/1',
    organization: details.organization,
    point: details.id,
    grade: details.grade,
    consistent: details.consistent,
    startedAt: details.startedAt,
    endedAt: details.endedAt,
    calls: details.calls,
    floor: details.floor,
    efficiency: details.efficiency,
    bytesWritten: details.bytesWritten,
    ledger: details.ledger,
    notCaptured: details.notCaptured,
    moved: details.moved,
    ...(protection === undefined ? {} : { protection }),
    auditHeads: audit.heads(),
  };
  progress.clear();
  await output.document(document, () => renderCapture(captured, output));
  return exitOf(captured);
}

function isWhole({ details, protection }: Captured): boolean {
  return details.grade === 'complete' && (protection === undefined || protection.problem === null);
}

function exitOf(captured: Captured): number {
  return isWhole(captured) ? 0 : EXIT_PARTIAL;
}

async function takePoint(context: CommandContext): Promise<Captured> {
  const { house, flags, clock, progress } = context;
  warnOfExpired(context);
  // What is not configured is said before the organization is read.
  const settings = flags.is('protect') ? await house.azure().protection() : undefined;
  const selection = readSelection(flags);
  const revisions = readRevisions(flags);
  assertWhole(flags.is('new-epoch'), selection);
  const vault = await house.openVault();
  const organization = await resolveOrganization(vault, flags.find('org'));
  await warnOfClock(context, vault);
  const { live, identity } = await house.openOrganization(organization, 'read', vault.hasher);
  const taken = await capture(
    { live, vault, clock, progress },
    {
      organization,
      selection,
      revisions,
      acceptedGaps: context.acceptedGaps,
      members: context.members,
      tool: context.tool,
      identity,
      epochPeriod: readEpochPeriod(flags),
      ...(flags.is('new-epoch') ? { newEpoch: true } : {}),
    },
  );
  const { id, grade, resources, bytesWritten } = taken.details;
  // Where there are holes nobody knows what the selection matches.
  if (resources === 0 && grade === 'complete' && !isEverything(selection))
    progress.warn('The selection matches no resource, so the point holds none.');
  context.audit.note({ organization, point: id, grade, resources, bytesWritten });
  const captured = {
    ...taken,
    protection: settings === undefined ? undefined : await protect(context, settings, taken.details),
  };
  if (captured.protection !== undefined) context.audit.note({ protection: captured.protection.status });
  // Before anything is printed or told to a monitor, so that both can name the newest batch of the trail.
  await context.audit.end(exitOf(captured));
  return captured;
}

async function protect(
  context: CommandContext,
  settings: Parameters<typeof protectPoint>[1],
  point: Parameters<typeof protectPoint>[2],
): Promise<BackupProtection> {
  const { protectPoint } = await import('../protect/protect-point.ts');
  return protectPoint(context, settings, point);
}

/** An epoch stands on a point of everything. */
function assertWhole(newEpoch: boolean, selection: Selection): void {
  if (!newEpoch || isEverything(selection)) return;
  throw new UserError({
    code: 'USAGE',
    message: 'An epoch begins with a point of the whole organization, and only a part of it was selected.',
    next: 'Leave out --new-epoch, or --only, --kinds and --preset.',
  });
}

/** A wrong clock is no reason to have no backup. */
async function warnOfClock({ clock, progress }: CommandContext, vault: Vault): Promise<void> {
  const skew = await readClockSkew(vault, clock);
  if (skew !== undefined && skew.isTooLarge)
    progress.warn(`${skew.text} The point is dated by the store; prune refuses.`);
}

function summarize(
  captured: Captured,
  auditHeads: readonly string[],
): { readonly isWhole: boolean; readonly text: string } {
  const { details, protection } = captured;
  const azure = protection === undefined ? '' : `, Azure Backup ${protection.status}`;
  const summary = `${details.organization}: ${details.id}, ${details.grade}, ${formatCount(details.resources)} resources${azure}`;
  return {
    isWhole: isWhole(captured),
    text: [summary, ...auditHeads.map((head) => `audit head ${head}`)].join('\n'),
  };
}

function renderCapture({ details, usage, protection }: Captured, output: Output): string[] {
  const { style } = output;
  const durationMs = Date.parse(details.endedAt) - Date.parse(details.startedAt);
  const grade = details.grade === 'complete' ? style.green(details.grade) : style.yellow(details.grade);
  return [
    `Point ${style.bold(details.id)} of ${details.organization} is ${grade}: ${formatCount(details.resources)} resources in ${formatDuration(durationMs)}.`,
    `${formatBytes(details.bytesWritten)} written, ${describeCalls(details, ' calls')}, ${formatCount(usage.bundleDownloads)} bundles read.`,
    ...(protection === undefined ? [] : renderProtection(protection).flatMap((line) => wrapText(line, output.width))),
    ...(details.consistent ? [] : ['Some things moved while it was taken; `holdfast show` names them.']),
    '',
    ...renderLedger(details.ledger, output, 'some'),
    ...renderNextOfHoles(details.ledger, output),
    '',
    ...renderNotCaptured(details.notCaptured, output),
  ];
}

function renderProtection({ recoveryPoint, pointExpectedWhole, problem }: BackupProtection): string[] {
  if (problem !== null)
    return [`Azure Backup: ${problem.message}`, ...(problem.next === null ? [] : [`→ ${problem.next}`])];
  const made =
    recoveryPoint === null ? 'the job completed' : `recovery point ${recoveryPoint.id}, ${recoveryPoint.state ?? ''}`;
  const whole = pointExpectedWhole
    ? 'It is expected to hold this point whole'
    : 'Only a later one is expected to hold this point whole';
  return [`Azure Backup: ${made}. ${whole}: \`holdfast protect status\`.`];
}
