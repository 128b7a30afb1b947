import { formatPlan } from '../../app/plan.ts';
import type { Command } from '../command.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import { renderPlan } from '../render/plan.ts';
import { carryOut, makePlan } from '../restore-command.ts';

export const restore: Command = {
  arguments: [],
  options: [
    verbOptions.point,
    ...selectionOptions,
    verbOptions.revisions,
    verbOptions.deleteExtra,
    verbOptions.out,
    verbOptions.yes,
    verbOptions.noWait,
  ],
  details: [
    'Plans, shows the plan, asks you to type the name of the organization (unless --yes), and carries the plan out.',
    'Needs restorer.key. Credentials come back as they were; a second run finds nothing to do.',
  ],
  examples: [
    'holdfast restore --point latest',
    "holdfast restore --point latest --only 'developers/*/apps/**' --yes",
    'holdfast restore --point 2026-01-01 --preset gateway --delete-extra',
  ],
  async run(context) {
    const { flags, house, output, progress, stderr } = context;
    const vault = await house.openVault();
    const plan = await makePlan(context, vault);
    const out = flags.find('out');
    if (out !== undefined) {
      await house.writePrivateFile(out, formatPlan(plan));
      progress.note(`Plan written to ${out}.`);
    }
    if (!flags.is('yes')) stderr.write(`${renderPlan(plan, output).join('\n')}\n\n`);
    return carryOut(context, plan, vault);
  },
};
