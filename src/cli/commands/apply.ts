import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { assertCanAsk } from '../confirm.ts';
import { verbOptions } from '../options.ts';
import { readPlan } from '../read-plan.ts';
import { renderPlan } from '../render/plan.ts';
import { carryOut } from '../restore-command.ts';

export const apply: Command = {
  arguments: [{ name: 'FILE', summary: 'a plan that `holdfast plan --out FILE` wrote' }],
  options: [verbOptions.yes, verbOptions.noWait],
  audit: { effect: 'changes', signers: ['restorer'] },
  details: [
    'Sends exactly the calls of the plan, after a safety point of what they touch. Needs restorer.key. A plan whose',
    'ground has moved is refused (exit code 5). Without --yes it asks you to type the name of the organization.',
  ],
  vaultAsOf: 'reads',
  examples: ['holdfast apply plan.json', 'holdfast apply plan.json --yes -o json'],
  async run(context) {
    const { house, argument, flags, output, stderr } = context;
    // A file that is not there is told first: consent to nothing helps nobody.
    const text = await house.readTextFile(argument('FILE'));
    assertCanAsk(context);
    const vault = await house.openVault();
    const plan = readPlan(text, vault.hasher);
    const asked = flags.find('org');
    if (asked !== undefined && asked !== plan.organization) {
      throw new UserError({
        code: 'ORGANIZATION_MISMATCH',
        message: `The plan is for organization ${plan.organization}, not for ${asked}.`,
        next: 'Make a plan for the organization you mean.',
      });
    }
    // What is agreed to is shown first, apart from the document on stdout.
    if (!flags.is('yes')) stderr.write(`${renderPlan(plan, output).join('\n')}\n\n`);
    return carryOut(context, plan, vault);
  },
};
