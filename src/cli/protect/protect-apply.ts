import { applyProtectionPlan, type ProtectionReport } from '../../app/protection/apply-protection-plan.ts';
import { makeProtectionPlan, type ProtectionTools } from '../../app/protection/make-protection-plan.ts';
import { UserError } from '../../core/errors.ts';
import { nameOf } from '../../core/protection/arm-id.ts';
import type { ProtectionPlan } from '../../core/protection/protection-plan.ts';
import type { CommandContext } from '../command.ts';
import { assertCanAsk, confirmByName } from '../confirm.ts';
import { readProtectionPlan } from '../read-plan.ts';
import { renderProtectionPlan, renderProtectionReport } from '../render/protection.ts';
import { formatCounted } from '../render/quantity.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { openProtectionTools } from './protection-tools.ts';

const EXIT_PARTIAL = 3;
const EXIT_DIFFERS = 13;

export async function protectApply(context: CommandContext): Promise<number> {
  const { flags, output, progress, stderr } = context;
  assertCanAsk(context);
  const tools = await openProtectionTools(context);
  const plan = await findPlan(context, tools);
  progress.clear();
  if (plan.steps.length > 0 && !flags.is('yes')) {
    // What is agreed to is shown first, apart from the document on stdout.
    stderr.write(`${renderProtectionPlan(plan, output).join('\n')}\n\n`);
    await confirmByName(context, {
      name: nameOf(plan.vaultId),
      kind: 'Backup vault',
      what: `${formatCounted(plan.steps.length, 'request')} will change subscription ${plan.settings.subscription}.`,
    });
  }
  const steps = plan.steps.map(({ id }) => id);
  await context.audit.declare({ planHash: plan.hash, backupVault: plan.vaultId, steps });
  const report = await applyProtectionPlan(tools, plan);
  context.audit.note({ planHash: plan.hash, status: report.status });
  progress.clear();
  const document: OutputDocument<'protect-apply'> = { schema: 'holdfast/protect-apply/1', ...report };
  await output.document(document, () => renderProtectionReport(report, plan, output));
  return exitOf(report);
}

async function findPlan(context: CommandContext, tools: ProtectionTools): Promise<ProtectionPlan> {
  const { flags, house, tool, findArgument } = context;
  const file = findArgument('TARGET');
  const undelete = flags.is('undelete');
  if (file === undefined) {
    return makeProtectionPlan(tools, { settings: await house.azure().protection(), tool, undelete });
  }
  if (undelete) {
    throw new UserError({
      code: 'USAGE',
      message: '--undelete is for making a plan, and this one is made already.',
      next: 'Leave it away, or make another plan with it.',
    });
  }
  return readProtectionPlan(await house.readTextFile(file), tools.digester);
}

function exitOf({ status }: ProtectionReport): number {
  switch (status) {
    case 'done':
      return 0;
    case 'partial':
      return EXIT_PARTIAL;
    case 'differs':
      return EXIT_DIFFERS;
  }
}
