import { formatPlan } from '../../app/plan.ts';
import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { assertCanAsk } from '../confirm.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import { renderPlan } from '../render/plan.ts';
import { carryOut, makePlan, missingKey } from '../restore-command.ts';

const EXIT_SOMETHING_WAS_DONE = 2;

export const restore: Command = {
  arguments: [],
  options: [
    verbOptions.point,
    ...selectionOptions,
    verbOptions.revisions,
    verbOptions.deleteExtra,
    { ...verbOptions.out, summary: 'also write the plan to this file' },
    { ...verbOptions.exitCode, summary: 'exit 2 instead of 0 when there was something to do' },
    verbOptions.yes,
    verbOptions.noWait,
  ],
  audit: { effect: 'changes', signers: ['restorer', 'root'] },
  details: [
    'Plans, shows the plan on stderr, asks you to type the name of the organization (unless --yes), and carries the plan',
    'out. With --yes and a format other than table the plan is not shown: --out keeps it.',
    'Needs restorer.key. Credentials come back as they were; a second run finds nothing to do.',
    'Exit code 1 when --only or --kinds names nothing that the point or the organization has.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast restore --point latest',
    "holdfast restore --point latest --only 'developers/*/apps/**' --yes",
    'holdfast restore --point 2026-01-01 --preset gateway --delete-extra',
  ],
  async run(context) {
    const { flags, house, output, progress, stderr } = context;
    const out = flags.find('out');
    if (out === '-') {
      throw new UserError({
        code: 'USAGE',
        message: 'The stdout of a restore is for its report: --out cannot be - here.',
        next: 'Name a file, or print the plan with `holdfast plan --out -`.',
      });
    }
    assertCanAsk(context);
    const vault = await house.openVault();
    if (!vault.abilities.readSecrets) throw missingKey('Restoring', 'restorer.key');
    const plan = await makePlan(context, vault);
    if (out !== undefined) {
      await house.writePrivateFile(out, formatPlan(plan));
      progress.note(`Plan written to ${out}.`);
    }
    // Data on stdout for programs comes with nothing else; people see what is about to be done, though they agreed beforehand.
    const isForPeople = output.format === 'table' && plan.calls.length > 0;
    if (!flags.is('yes') || isForPeople) stderr.write(`${renderPlan(plan, output).join('\n')}\n\n`);
    const exit = await carryOut(context, plan, vault);
    return exit === 0 && flags.is('exit-code') && plan.calls.length > 0 ? EXIT_SOMETHING_WAS_DONE : exit;
  },
};
