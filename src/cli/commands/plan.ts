import { formatPlan } from '../../app/plan.ts';
import type { Command } from '../command.ts';
import { selectionOptions, verbOptions } from '../options.ts';
import { usualFormats } from '../output.ts';
import { planMarkdown } from '../render/plan-markdown.ts';
import { renderPlan } from '../render/plan.ts';
import { makePlan } from '../restore-command.ts';

const EXIT_SOMETHING_TO_DO = 2;
const EXIT_UNKNOWN = 3;

export const plan: Command = {
  arguments: [],
  options: [
    verbOptions.point,
    ...selectionOptions,
    verbOptions.revisions,
    verbOptions.deleteExtra,
    verbOptions.out,
    verbOptions.exitCode,
  ],
  formats: [...usualFormats, 'markdown'],
  details: [
    'Shows every call that a restore would send and why, and sends none. Needs reader.key; the plan holds no secret.',
    'With --out the plan goes into a file that `holdfast apply` carries out as it is, or refuses when the ground has',
    'moved. What a rule under `ignore` in holdfast.yaml covers is left alone, and the plan says so.',
    'Exit code 1 when --only or --kinds names nothing that the point or the organization has.',
  ],
  vaultAsOf: 'reads',
  examples: [
    'holdfast plan --point latest --out plan.json --delete-extra',
    "holdfast plan --only 'developers/*/apps/**' --exit-code",
  ],
  async run(context) {
    const { flags, house, output, progress } = context;
    const vault = await house.openVault();
    const made = await makePlan(context, vault);
    const out = flags.find('out');
    if (out === '-') {
      await output.write(formatPlan(made));
    } else {
      if (out !== undefined) {
        await house.writePrivateFile(out, formatPlan(made));
        progress.note(`Plan written to ${out}. Carry it out with \`holdfast apply ${out}\`.`);
      }
      await output.document(made, () => renderPlan(made, output), { markdown: () => planMarkdown(made) });
    }
    if (!flags.is('exit-code')) return 0;
    if (made.calls.length > 0) return EXIT_SOMETHING_TO_DO;
    // Nothing to do for all that could be compared is not nothing to do.
    return made.unknown.length > 0 ? EXIT_UNKNOWN : 0;
  },
};
