import { UserError } from '../../core/errors.ts';
import { planRemove, planRevoke } from '../../core/keyring-plan.ts';
import type { Command, CommandContext } from '../command.ts';
import { formatInstant } from '../../platform/clock.ts';
import { addKey, rotateKeys } from '../key/add.ts';
import { assertCanChange, changeAndTell } from '../key/change.ts';
import { recoveryKit } from '../key/kit.ts';
import { listKeys } from '../key/list.ts';
import { requestKey } from '../key/request.ts';
import { verbOptions } from '../options.ts';

interface Action {
  readonly run: (context: CommandContext) => Promise<number>;
  /** Options that mean something to it; others are refused. */
  readonly options: readonly string[];
  readonly name: 'none' | 'optional' | 'needed';
}

const actions: Readonly<Record<string, Action>> = {
  list: { run: listKeys, options: [], name: 'none' },
  add: { run: addKey, options: ['role', 'recipient', 'signing-key', 'out'], name: 'none' },
  request: { run: requestKey, options: ['role', 'out'], name: 'none' },
  remove: { run: removeKey, options: [], name: 'needed' },
  rotate: { run: rotateKeys, options: ['out'], name: 'optional' },
  revoke: { run: revokeSigner, options: ['from'], name: 'needed' },
  kit: { run: recoveryKit, options: ['out', 'check'], name: 'none' },
};

const names = Object.keys(actions);

export const key: Command = {
  arguments: [
    { name: 'ACTION', summary: names.join(', '), choices: names },
    { name: 'NAME', summary: 'a role, or the beginning of a recipient or fingerprint', optional: true },
  ],
  options: [
    verbOptions.role,
    verbOptions.recipient,
    verbOptions.signingKey,
    verbOptions.from,
    verbOptions.check,
    { ...verbOptions.out, summary: 'add, request, rotate: write the key here; kit: write kit and root.key here' },
    { ...verbOptions.yes, summary: 'do not ask before the keys are changed' },
  ],
  audit: {
    effect: 'changes',
    // What `kit --check` opens it shows to nobody; `kit --out` copies root.key.
    whenArgument: {
      name: 'ACTION',
      words: ['add', 'remove', 'rotate', 'revoke'],
      wordsWithOption: { kit: 'out' },
    },
    signers: ['root'],
  },
  details: [
    '`list` shows who opens and signs what, and needs no key. `add --role ROLE` makes a key; with --recipient it takes that of',
    'somebody (who ran `key request`), or a key in Azure Key Vault. `remove NAME` shuts a recipient out of all that is written',
    'from now on; `rotate` begins new class keys, `rotate NAME` puts a new key in the place of one; `revoke NAME` refuses what a',
    'signing key signed from --from on. These need root.key, show what they mean and ask. `kit` prints what to keep with',
    'root.key, and with --check FILE proves that the key in it opens the newest points.',
  ],
  examples: [
    'holdfast key list',
    'holdfast key add --role reader --out ./reader-anna.key',
    'holdfast key add --role reader --recipient https://v.vault.azure.net/keys/anna',
    'holdfast key remove age1qyqszqgpqyqszq',
    'holdfast key rotate writer --out ./new-writer.key',
    'holdfast key revoke writer --from 2026-11-28T10:00:00Z',
    'holdfast key kit --check /media/usb/root.key',
  ],
  async run(context) {
    const word = context.argument('ACTION');
    const action = actions[word];
    if (action === undefined || !names.includes(word)) {
      throw usage(`\`holdfast key\` cannot "${word}".`, `Use one of ${names.join(', ')}.`);
    }
    for (const option of ['role', 'recipient', 'signing-key', 'from', 'check', 'out']) {
      if (action.options.includes(option) || context.flags.origin(option) !== 'flag') continue;
      throw usage(`--${option} means nothing to \`holdfast key ${word}\`.`, 'Leave it away.');
    }
    const name = context.findArgument('NAME');
    if (name !== undefined && action.name === 'none') {
      throw usage(`\`holdfast key ${word}\` takes no name, and "${name}" was given.`, 'Leave it away.');
    }
    if (name === undefined && action.name === 'needed') {
      throw usage(`\`holdfast key ${word}\` needs to know which key.`, 'Name it: `holdfast key list` shows them.');
    }
    return action.run(context);
  },
};

async function removeKey(context: CommandContext): Promise<number> {
  const keeper = context.house.keyKeeper();
  await assertCanChange(context, keeper);
  const at = context.clock.now();
  const plan = (state: Parameters<typeof planRemove>[0]) => planRemove(state, context.argument('NAME'), at);
  return changeAndTell(context, keeper, { action: 'remove', plan });
}

async function revokeSigner(context: CommandContext): Promise<number> {
  const keeper = context.house.keyKeeper();
  const from = readInstant(context);
  await assertCanChange(context, keeper);
  const plan = (state: Parameters<typeof planRevoke>[0]) => planRevoke(state, context.argument('NAME'), from);
  return changeAndTell(context, keeper, { action: 'revoke', plan });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** `--from`, now unless given. A day means its beginning, in UTC. */
function readInstant({ flags, clock }: CommandContext): string {
  const text = flags.find('from');
  if (text === undefined) return clock.now();
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw usage(
      `--from is "${text}", which is no time.`,
      'Give a day (2026-11-28) or an instant (2026-11-28T10:00:00Z).',
    );
  }
  return formatInstant(ms);
}

function usage(message: string, next: string): UserError {
  return new UserError({ code: 'USAGE', message, next });
}
