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
  await confirmByName(context, { name: organization, kind: 'organization', what });
}

/** What is agreed to, by typing a name. */
export interface Consent {
  readonly name: string;
  /** Of what it is the name: `organization`, `Backup vault`. */
  readonly kind: string;
  /** A sentence. */
  readonly what: string;
}

/** Asks the person at the terminal to type the name. UserError as `confirmOrganization`. */
export async function confirmByName(context: CommandContext, { name, kind, what }: Consent): Promise<void> {
  await confirmByTyping(context, name, {
    message: `${what} Type the ${kind}'s name to go on.`,
    refused: `That is not the name "${name}". Nothing was changed.`,
  });
}

/** The same by any word that shows that the person knows what it is about. */
export async function confirmByTyping(
  context: CommandContext,
  word: string,
  texts: { readonly message: string; readonly refused: string },
): Promise<void> {
  const { stdin, stderr } = context;
  context.progress.clear();
  const { isCancel, text } = await import('@clack/prompts');
  const typed = await text({
    message: texts.message,
    placeholder: word,
    input: stdin,
    output: stderr,
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  // On a terminal in raw mode Ctrl-C is a key, not a signal.
  if (isCancel(typed)) throw new UserError({ code: 'INTERRUPTED', message: 'Interrupted. Nothing was changed.' });
  if (typed.trim() === word) return;
  throw new UserError({
    code: 'CONFIRMATION_REFUSED',
    message: texts.refused,
    next: 'Run it again when you are sure.',
  });
}
