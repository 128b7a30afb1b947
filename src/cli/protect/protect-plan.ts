import { formatProtectionPlan, makeProtectionPlan } from '../../app/protection/make-protection-plan.ts';
import type { CommandContext } from '../command.ts';
import { renderProtectionPlan } from '../render/protection.ts';
import { openProtectionTools } from './protection-tools.ts';

const EXIT_SOMETHING_TO_DO = 2;

export async function protectPlan(context: CommandContext): Promise<number> {
  const { flags, house, output, progress, tool } = context;
  const settings = await house.azure().protection();
  const tools = await openProtectionTools(context);
  const plan = await makeProtectionPlan(tools, { settings, tool, undelete: flags.is('undelete') });
  progress.clear();
  const out = flags.find('out');
  if (out === '-') {
    await output.write(formatProtectionPlan(plan));
  } else {
    if (out !== undefined) {
      await house.writePrivateFile(out, formatProtectionPlan(plan));
      progress.note(`Plan written to ${out}. Carry it out with \`holdfast protect apply ${out}\`.`);
    }
    await output.document(plan, () => renderProtectionPlan(plan, output));
  }
  return flags.is('exit-code') && plan.steps.length > 0 ? EXIT_SOMETHING_TO_DO : 0;
}
