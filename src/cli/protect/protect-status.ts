import { resolveOrganization } from '../../app/points.ts';
import {
  type ProtectionStatus,
  readProtectionStatus,
  type StatusRequest,
} from '../../app/protection/protection-status.ts';
import { endsTheRun, HoldfastError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { renderProtectionStatus } from '../render/protection.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { shownRecoveryPoint } from './protect-backup-now.ts';
import { openProtectionTools } from './protection-tools.ts';

const EXIT_FINDINGS = 2;
const EXIT_UNKNOWN = 3;

export async function protectStatus(context: CommandContext): Promise<number> {
  const { house, output, progress } = context;
  const settings = await house.azure().protection();
  const tools = await openProtectionTools(context);
  const status = await readProtectionStatus(tools, { settings, points: await readPoints(context) });
  progress.clear();
  const document = documentOf(status);
  await output.document(document, () => renderProtectionStatus(status, output));
  if (document.result === 'findings') return EXIT_FINDINGS;
  return document.result === 'unknown' ? EXIT_UNKNOWN : 0;
}

/** What Azure holds can be told without the vault; whether the newest point is in it cannot. */
async function readPoints({ house, flags }: CommandContext): Promise<StatusRequest['points']> {
  try {
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    return { organization, list: (await vault.listPoints(organization)).points };
  } catch (error) {
    if (!(error instanceof HoldfastError) || endsTheRun(error) || error.code === 'INTERNAL') throw error;
    return { unknown: `The points of the vault are not known: ${error.message}` };
  }
}

function documentOf(status: ProtectionStatus): OutputDocument<'protect-status'> {
  const { instance, lastJob, wholeness, findings, unknown } = status;
  const own = instance.state === 'present' ? instance.facts : undefined;
  const job = lastJob.state === 'present' ? lastJob.facts : undefined;
  const points = status.recoveryPoints.state === 'present' ? status.recoveryPoints.facts : [];
  return {
    schema: 'holdfast/protect-status/1',
    result: findings.length > 0 ? 'findings' : unknown.length > 0 ? 'unknown' : 'ok',
    organization: status.organization ?? null,
    accountId: status.accountId,
    vaultId: status.vaultId,
    instance: own === undefined ? null : { id: own.id, state: own.state, containers: own.containers },
    lastJob:
      job === undefined
        ? null
        : {
            id: job.id,
            status: job.status,
            startedAt: job.startedAt,
            endedAt: job.endedAt ?? null,
            problems: job.problems,
          },
    newestRecoveryPoint: shownRecoveryPoint(points[0]),
    newestPoint: wholeness?.newestPoint ?? null,
    newestExpectedWhole: wholeness?.newestExpectedWhole ?? null,
    unprotected: wholeness?.unprotected ?? [],
    findings,
    unknown,
  };
}
