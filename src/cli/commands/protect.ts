import { UserError } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { verbOptions } from '../options.ts';

interface Action {
  readonly options: readonly { readonly name: string }[];
  /** What its second word is; none when it takes none. */
  readonly target?: 'optional' | 'needed';
  readonly run: (context: CommandContext) => Promise<number>;
}

const noJobWait = { name: 'no-wait', summary: 'do not wait for the job of backup-now' };

const actions: Readonly<Record<string, Action>> = {
  plan: {
    options: [verbOptions.undelete, verbOptions.out, verbOptions.exitCode],
    run: async (context) => (await import('../protect/protect-plan.ts')).protectPlan(context),
  },
  apply: {
    options: [verbOptions.yes, verbOptions.undelete],
    target: 'optional',
    run: async (context) => (await import('../protect/protect-apply.ts')).protectApply(context),
  },
  status: {
    options: [],
    run: async (context) => (await import('../protect/protect-status.ts')).protectStatus(context),
  },
  'backup-now': {
    options: [noJobWait],
    run: async (context) => (await import('../protect/protect-backup-now.ts')).protectBackupNow(context),
  },
  template: {
    options: [verbOptions.arm, verbOptions.bicep, verbOptions.terraform, verbOptions.out],
    run: async (context) => (await import('../protect/protect-template.ts')).protectTemplate(context),
  },
  lock: {
    options: [verbOptions.confirm, verbOptions.days],
    target: 'needed',
    run: async (context) => (await import('../protect/protect-lock.ts')).protectLock(context),
  },
};
const names = Object.keys(actions);

export const protect: Command = {
  arguments: [
    { name: 'ACTION', summary: names.join(', '), choices: names },
    {
      name: 'TARGET',
      summary: 'apply: a plan from `protect plan --out`; lock: soft-delete, vault or container',
      optional: true,
    },
  ],
  options: [
    verbOptions.undelete,
    verbOptions.out,
    verbOptions.exitCode,
    verbOptions.yes,
    noJobWait,
    verbOptions.confirm,
    verbOptions.days,
    verbOptions.arm,
    verbOptions.bicep,
    verbOptions.terraform,
  ],
  // Azure is changed, not the vault: nothing else would open it before.
  audit: {
    effect: 'changes',
    whenArgument: { name: 'ACTION', words: ['apply', 'lock', 'backup-now'] },
    begins: 'at-once',
  },
  details: [
    'Azure Backup copies the container of the vault into a Backup vault. What is wanted stands under `protect` in',
    'holdfast.yaml. `plan` shows what is to be done and does nothing; `apply` does exactly that: the Backup vault with',
    'soft delete and unlocked immutability, the policy, the role of the vault’s identity (and waits until it counts), the',
    'backup of the container, versioning, change feed, soft delete and unlocked immutability of the storage account. With',
    'a plan file it does what that says, or refuses when the ground has moved (exit 5). Nothing that it does is beyond',
    'recall; `lock` is, asks you to type a name, and says until when it binds.',
    '`status` tells whether the newest point is expected to be whole in a recovery point of Azure (exit 2 when not):',
    'replication keeps no order, so only a restore proves it. `backup-now` takes a backup and waits for the job.',
    '`template` writes what `apply` would make as infrastructure code, and asks nothing of Azure.',
  ],
  examples: [
    'holdfast protect plan --out protect.json',
    'holdfast protect apply protect.json',
    'holdfast protect status -o json',
    'holdfast protect template --bicep --out protect.bicep',
    'holdfast protect lock container',
  ],
  async run(context) {
    const name = context.argument('ACTION');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      throw new UserError({
        code: 'USAGE',
        message: `\`holdfast protect\` cannot "${name}".`,
        next: `Choose one of ${names.join(', ')}.`,
      });
    }
    assertFits(context, name, action);
    return action.run(context);
  },
};

/** What is given for another action would be forgotten in silence. */
function assertFits({ flags, findArgument }: CommandContext, name: string, action: Action): void {
  const target = findArgument('TARGET');
  if (target !== undefined && action.target === undefined) {
    throw new UserError({
      code: 'USAGE',
      message: `\`holdfast protect ${name}\` takes no "${target}".`,
      next: `See \`holdfast protect --help\`.`,
    });
  }
  const foreign = protect.options.find(
    (option) => flags.origin(option.name) === 'flag' && !action.options.some((own) => own.name === option.name),
  );
  if (foreign === undefined) return;
  throw new UserError({
    code: 'USAGE',
    message: `--${foreign.name} does not go with \`holdfast protect ${name}\`.`,
    next: `See \`holdfast protect --help\`.`,
  });
}
