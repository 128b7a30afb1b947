import { UserError } from '../core/errors.ts';
import type { CommandContext } from './command.ts';

/**
 * Before anything is read: UserError `CONFIRMATION_NEEDED` where `confirmOrganization` would have nobody to ask. A restore
 * must not read a whole organization only to say that.
 */
export function assertCanAsk({ flags, verb, stdin, stderr }: CommandContext): void {
  if (flags.is('yes') || (stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new UserError({
    code: 'CONFIRMATION_NEEDED',
    message: `\`holdfast ${verb}\` needs your consent, and there is no terminal to ask on. Nothing was changed.`,
    next: 'Run it on a terminal, or give --yes.',
  });
}

/**
 * Goes on only when the person types the organization's name, or said `--yes`. UserError `CONFIRMATION_NEEDED` where there
 * is nobody to ask, `CONFIRMATION_REFUSED` when something else was typed, `INTERRUPTED` on Ctrl-C.
 */
export async function confirmOrganization(context: CommandContext, organization: string, what: string): Promise<void> {
  if (context.flags.is('yes')) return;
  assertCanAsk(context);
  const { stdin, stderr } = context;
  context.progress.clear();
  const { isCancel, text } = await import('@clack/prompts');
  const typed = await text({
    message: `${what} Type the organization's name to go on.`,
    placeholder: organization,
    input: stdin,
    output: stderr,
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  // On a terminal in raw mode Ctrl-C is a key, not a signal.
  if (isCancel(typed)) throw new UserError({ code: 'INTERRUPTED', message: 'Interrupted. Nothing was changed.' });
  if (typed.trim() === organization) return;
  throw new UserError({
    code: 'CONFIRMATION_REFUSED',
    message: `That is not the name "${organization}". Nothing was changed.`,
    next: 'Run it again when you are sure.',
  });
}
