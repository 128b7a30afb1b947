import { applyLock, planLock } from '../../app/protection/apply-lock.ts';
import type { AzureManagement } from '../../app/ports/azure.ts';
import { UserError } from '../../core/errors.ts';
import { type Lock, type LockTarget, lockTargets } from '../../core/protection/lock.ts';
import type { CommandContext } from '../command.ts';
import { confirmByName } from '../confirm.ts';
import type { OutputDocument } from '../schema/documents.ts';
import { readNumber } from '../settings.ts';
import { openProtectionTools } from './protection-tools.ts';

const kinds: Readonly<Record<LockTarget, string>> = {
  'soft-delete': 'Backup vault',
  vault: 'Backup vault',
  container: 'container',
};

export async function protectLock(context: CommandContext): Promise<number> {
  const { house, clock, output, progress, stderr } = context;
  const target = readTarget(context);
  const days = readDays(context, target);
  assertCanAgree(context);
  const settings = await house.azure().protection();
  const { azure } = await openProtectionTools(context);
  progress.phase('look what is to be locked');
  const locks = await planLock(azure, { target, settings, nowMs: clock.epochMs(), days });
  progress.clear();
  for (const lock of locks) {
    stderr.write(`${[lock.what, ...lock.binds.map((line) => `  ${line}`)].join('\n')}\n\n`);
    await agree(context, lock);
  }
  if (locks.length > 0) await context.audit.declare({ target, paths: locks.map(({ path }) => path) });
  await applyAll(context, azure, locks);
  const document: OutputDocument<'protect-lock'> = {
    schema: 'holdfast/protect-lock/1',
    locks: locks.map(({ target: locked, path, what, binds, bindsUntil = null }) => ({
      target: locked,
      path,
      what,
      binds,
      bindsUntil,
    })),
  };
  await output.document(document, () =>
    locks.length === 0
      ? ['It is locked already; nothing was changed.']
      : locks.map(
          ({ what, bindsUntil }) =>
            `Done: ${what} It binds ${bindsUntil === undefined ? 'for ever' : `until ${bindsUntil} at least`}.`,
        ),
  );
  return 0;
}

/** All are agreed to by now. */
async function applyAll(
  { progress, stderr }: CommandContext,
  azure: AzureManagement,
  locks: readonly Lock[],
): Promise<void> {
  for (const [index, lock] of locks.entries()) {
    progress.phase(`lock ${lock.name}`);
    try {
      await applyLock(azure, lock);
    } catch (error) {
      progress.clear();
      const done = locks.slice(0, index).map(({ name }) => name);
      if (done.length > 0) stderr.write(`Locked before this failed, and it stays so: ${done.join(', ')}.\n`);
      throw error;
    }
    progress.clear();
  }
}

function readTarget({ findArgument }: CommandContext): LockTarget {
  const given = findArgument('TARGET');
  const target = lockTargets.find((one) => one === given);
  if (target !== undefined) return target;
  throw new UserError({
    code: 'USAGE',
    message: given === undefined ? 'What is to be locked is not said.' : `There is no lock "${given}".`,
    next: `Choose one of ${lockTargets.join(', ')}.`,
  });
}

function readDays({ flags }: CommandContext, target: LockTarget): number | undefined {
  if (flags.find('days') === undefined) return undefined;
  if (target !== 'container') {
    throw new UserError({ code: 'USAGE', message: '--days is for `protect lock container`.', next: 'Leave it away.' });
  }
  return readNumber(flags, 'days', (days) => Number.isSafeInteger(days) && days > 0, 'a whole number of days above 0');
}

/** Only from the command line: a variable that was once set would agree to everything later. */
function findConfirmed({ flags }: CommandContext): string | undefined {
  return flags.origin('confirm') === 'flag' ? flags.find('confirm') : undefined;
}

/** `--yes` is not enough for what cannot be undone. */
function assertCanAgree(context: CommandContext): void {
  const { stdin, stderr } = context;
  if (findConfirmed(context) !== undefined || (stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new UserError({
    code: 'CONFIRMATION_NEEDED',
    message:
      'A lock cannot be undone: it needs a name to be typed, and there is no terminal to ask on. Nothing was changed.',
    next: 'Run it on a terminal, or give --confirm with the name of the Backup vault or the container (of several: with commas between).',
  });
}

async function agree(context: CommandContext, { target, name }: Lock): Promise<void> {
  const given = findConfirmed(context);
  if (given === undefined) {
    await confirmByName(context, { name, kind: kinds[target], what: 'This cannot be undone.' });
    return;
  }
  // Names of containers and vaults have no comma.
  if (given.split(',').includes(name)) return;
  throw new UserError({
    code: 'CONFIRMATION_REFUSED',
    message: `--confirm is "${given}", and the ${kinds[target]} is ${name}. Nothing was changed.`,
    next: 'Give its name when you are sure; where several are locked, all their names with commas between.',
  });
}
