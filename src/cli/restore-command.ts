import { applyPlan } from '../app/apply.ts';
import { planRestore } from '../app/plan.ts';
import { resolveOrganization, resolvePoint } from '../app/points.ts';
import type { Vault } from '../app/ports/vault.ts';
import { UserError } from '../core/errors.ts';
import { compileSealRules } from '../core/member-policy.ts';
import type { Plan, RunReport } from '../core/plan.ts';
import type { CommandContext } from './command.ts';
import { warnOfExpired } from './compare-command.ts';
import { confirmOrganization } from './confirm.ts';
import { formatCounted } from './render/quantity.ts';
import { renderRunReport } from './render/run-report.ts';
import { readSelection } from './read-selection.ts';
import { readRevisions } from './settings.ts';

const EXIT_PARTIAL = 3;
const EXIT_DIFFERS = 13;

/** Decides a restore by the flags of `plan`; sends nothing that writes. */
export async function makePlan(context: CommandContext, vault: Vault): Promise<Plan> {
  const { flags, house, progress, clock, tool, ignore, members } = context;
  if (!vault.abilities.readConfig) throw missingKey('Planning', 'reader.key');
  const selection = readSelection(flags);
  const revisions = readRevisions(flags);
  const organization = await resolveOrganization(vault, flags.find('org'));
  const point = await resolvePoint(vault, organization, flags.get('point'), { nowMs: clock.epochMs(), progress });
  const { live } = await house.openOrganization(organization, 'read', vault.hasher);
  const sorters = await house.sorters();
  const plan = await planRestore(
    { live, vault, clock, sorters, progress },
    {
      organization,
      point,
      selection,
      deleteExtra: flags.is('delete-extra'),
      revisions,
      tool,
      ignore,
      sealsNames: compileSealRules(members),
    },
  );
  progress.clear();
  warnOfExpired(context);
  return plan;
}

/** Asks for consent, carries the plan out, prints the report, and answers its exit code. */
export async function carryOut(context: CommandContext, plan: Plan, vault: Vault): Promise<number> {
  const { verb, flags, house, output, progress, clock, signal, tool } = context;
  if (plan.calls.length > 0) {
    const deletions = plan.resources.filter(({ change }) => change === 'delete').length;
    const losses = deletions === 0 ? '' : `, deleting ${formatCounted(deletions, 'resource')}`;
    const what = `${formatCounted(plan.calls.length, 'call')} will change ${plan.organization}${losses}.`;
    await confirmOrganization(context, plan.organization, what);
  }
  const { live, identity } = await house.openOrganization(plan.organization, 'write', vault.hasher, {
    waitForDeployments: !flags.is('no-wait'),
  });
  const leases = await house.openLeases();
  const { organization, point, hash: planHash, calls } = plan;
  await context.audit.declare({ organization, point, planHash, calls: calls.length, identity });
  const report = await applyPlan(
    { live, vault, leases, clock, progress, signal },
    { plan, holder: house.describeHolder(), tool, identity },
  );
  const { run, status, safetyPoint } = report;
  // Without a call there is no run.
  context.audit.note({ organization, planHash, status, ...(run === 0 ? {} : { run, safetyPoint }) });
  progress.clear();
  await output.document({ schema: `holdfast/${verb}/1`, ...report }, () => renderRunReport(report, output));
  return exitOf(report);
}

/** Said before anything is read: whoever restores at night should not wait for it. */
export function missingKey(purpose: string, file: string): UserError {
  return new UserError({
    code: 'KEY_MISSING',
    message: `${purpose} needs ${file}, which is not at hand.`,
    resource: file,
    next: `Put ${file} into the folder that HOLDFAST_KEYS names, or its contents into HOLDFAST_${file.toUpperCase().replace('.', '_')}.`,
  });
}

function exitOf({ status }: RunReport): number {
  switch (status) {
    case 'done':
      return 0;
    case 'partial':
      return EXIT_PARTIAL;
    case 'differs':
      return EXIT_DIFFERS;
  }
}
