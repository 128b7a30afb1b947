import { settleNewKey } from '../../app/keys/settle-new-key.ts';
import type { KeyKeeper } from '../../app/ports/keys.ts';
import { HoldfastError, UserError } from '../../core/errors.ts';
import { isKeyRole, type KeyRole, keyRoles } from '../../core/key-role.ts';
import { findKeyVaultId } from '../../core/key-vault-id.ts';
import {
  findRecipient,
  type NewRecipient,
  oneRoot,
  planAdd,
  planNewGeneration,
  planReplace,
} from '../../core/keyring-plan.ts';
import type { CommandContext } from '../command.ts';
import { printable } from '../render/printable.ts';
import { assertCanChange, changeAndTell, type KeyChangeOrder } from './change.ts';

/** `key add`: a new key file, somebody's age recipient, or a Key Vault key. */
export async function addKey(context: CommandContext): Promise<number> {
  const keeper = context.house.keyKeeper();
  const role = readRole(context);
  const recipient = context.flags.find('recipient');
  const signingKey = context.flags.find('signing-key');
  assertFits(role, recipient, signingKey);
  if (recipient !== undefined) assertNoFile(context, 'With --recipient');
  await assertCanChange(context, keeper);
  if (recipient === undefined) {
    return withNewKey(context, keeper, role, (added) => ({ action: 'add', plan: (state) => planAdd(state, added) }));
  }
  const added = await knownRecipient(keeper, role, recipient, signingKey);
  return changeAndTell(context, keeper, { action: 'add', plan: (state) => planAdd(state, added) });
}

/** `key rotate`: a new generation of class keys, or with a name a new key in the place of that one. */
export async function rotateKeys(context: CommandContext): Promise<number> {
  const keeper = context.house.keyKeeper();
  const name = context.findArgument('NAME');
  const at = context.clock.now();
  if (name === undefined) assertNoFile(context, 'Without the name of a key');
  await assertCanChange(context, keeper);
  if (name === undefined) return changeAndTell(context, keeper, { action: 'rotate', plan: planNewGeneration });
  const old = findRecipient(await keeper.read(), name);
  const role = knownRole(old.role);
  const keyVault = findKeyVaultId(old.recipient);
  const planned = (by: NewRecipient): KeyChangeOrder => ({
    action: 'rotate',
    plan: (state) => planReplace(state, old.recipient, by, at),
  });
  if (keyVault === undefined) return withNewKey(context, keeper, role, planned);
  assertNoFile(context, 'For a key in Azure Key Vault');
  const newest = await keeper.findKeyVaultRecipient(`${keyVault.vaultUrl}/keys/${keyVault.key}`);
  if (newest === old.recipient) {
    throw new UserError({
      code: 'ALREADY_EXISTS',
      message: `${newest.slice('akv:'.length)} is the newest version of that Key Vault key. Nothing was changed.`,
      next: 'Make a new version first: az keyvault key rotate.',
    });
  }
  return changeAndTell(context, keeper, planned({ role, recipient: newest, wrapSigningKey: role !== 'reader' }));
}

/** A key file that exists only as long as its key is registered. */
async function withNewKey(
  context: CommandContext,
  keeper: KeyKeeper,
  role: KeyRole,
  order: (added: NewRecipient) => KeyChangeOrder,
): Promise<number> {
  const made = await keeper.createKey(role, context.flags.find('out'));
  const { recipient, signingKey, file } = made;
  try {
    const added = { role, recipient, ...(signingKey !== undefined && { signingKey }) };
    return await changeAndTell(context, keeper, { ...order(added), file });
  } catch (error) {
    const kept = await settleNewKey(keeper, made);
    if (kept === undefined) throw error;
    if (error instanceof HoldfastError) throw withSentence(error, kept);
    context.stderr.write(`${printable(kept)}\n`);
    throw error;
  }
}

function withSentence(cause: HoldfastError, sentence: string): HoldfastError {
  const { code, message, next = 'Look at `holdfast key list`.', resource } = cause;
  return new HoldfastError({
    code,
    message: `${message} ${sentence}`,
    next,
    cause,
    ...(resource !== undefined && { resource }),
  });
}

/** UserError `USAGE` for `--out` where no key is made here. */
function assertNoFile({ flags }: CommandContext, when: string): void {
  if (flags.origin('out') !== 'flag') return;
  throw new UserError({
    code: 'USAGE',
    message: `${when} no key is written here: --out means nothing.`,
    next: 'Leave it away.',
  });
}

async function knownRecipient(
  keeper: KeyKeeper,
  role: KeyRole,
  recipient: string,
  signingKey: string | undefined,
): Promise<NewRecipient> {
  if (recipient.startsWith('age1')) return { role, recipient, ...(signingKey !== undefined && { signingKey }) };
  return { role, recipient: await keeper.findKeyVaultRecipient(recipient), wrapSigningKey: role !== 'reader' };
}

function assertFits(role: KeyRole, recipient: string | undefined, signingKey: string | undefined): void {
  if (role === 'root') throw oneRoot();
  const isAge = recipient?.startsWith('age1') === true;
  if (signingKey !== undefined && (!isAge || role === 'reader')) {
    throw new UserError({
      code: 'USAGE',
      message:
        role === 'reader'
          ? 'A reader signs nothing: --signing-key does not fit it.'
          : '--signing-key belongs to an age recipient whose key somebody else holds.',
      next: 'Leave it away: the signing key is then made here.',
    });
  }
  if (isAge && signingKey === undefined && role !== 'reader') {
    throw new UserError({
      code: 'USAGE',
      message: `A ${role} also signs: its recipient comes with the public half of a signing key.`,
      next: 'Give --signing-key as `holdfast key request` printed it.',
    });
  }
}

/** `--role`. UserError `USAGE`. */
export function readRole({ flags }: CommandContext): KeyRole {
  return knownRole(flags.get('role'));
}

function knownRole(role: string): KeyRole {
  if (isKeyRole(role)) return role;
  throw new UserError({
    code: 'USAGE',
    message: `There is no role "${role}".`,
    next: `Roles: ${keyRoles.join(', ')}.`,
  });
}
