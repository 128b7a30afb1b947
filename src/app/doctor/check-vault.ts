import { HoldfastError } from '../../core/errors.ts';
import type { Vault } from '../ports/vault.ts';
import { checkClock } from './check-clock.ts';
import { type Check, checksOf } from './check.ts';
import type { KeyRole } from '../../core/key-role.ts';
import type { Examination, KeyFacts } from './examination.ts';

const vaultChecks = checksOf('vault');
const keyChecks = checksOf('keys');

interface OpenedVault {
  readonly checks: readonly Check[];
  /** Opened with every key at hand that is good; undefined when it cannot be opened at all. */
  readonly vault: Vault | undefined;
}

/** Vault and state place: reach, format, whether a name can be written twice; and the keys at hand, each on its own. */
export async function checkVault(examination: Examination): Promise<OpenedVault> {
  const places = await checkPlaces(examination);
  const bare = await openBare(examination);
  const state = await checkState(examination);
  const keys = await checkKeys(examination, bare.vault !== undefined);
  if (bare.vault === undefined) return { checks: [bare.check, ...places, ...state, ...keys.checks], vault: undefined };
  const vault = await examination.openVault(keys.good);
  return { checks: [bare.check, ...places, ...state, ...keys.checks, describeRoles(vault)], vault };
}

async function openBare({
  openVault,
}: Examination): Promise<{ readonly check: Check; readonly vault: Vault | undefined }> {
  try {
    const vault = await openVault([]);
    const check = vaultChecks.ok(
      'vault',
      `${vault.description} holds the vault ${vault.id.slice(0, 16)}…, of a format that this version reads; its keyring is genuine.`,
    );
    return { check, vault };
  } catch (error) {
    return { check: vaultChecks.failed('vault', error), vault: undefined };
  }
}

async function checkPlaces({ places }: Examination): Promise<readonly Check[]> {
  try {
    const { vault, state, areTheSame } = await places();
    if (!areTheSame) return [vaultChecks.ok('state-apart', `The state place, ${state}, is apart from the vault.`)];
    return [
      vaultChecks.finding(
        'state-apart',
        `The state place is the vault itself, or one lies within the other: ${vault} and ${state}.`,
        'Give the state a place of its own with --state or HOLDFAST_STATE: what lies there is rewritten and may be lost.',
      ),
    ];
  } catch (error) {
    // Without a vault there is nothing for the state to be apart from; that itself is said once.
    return [isMissing(error) ? vaultChecks.unknown('state-apart', NO_VAULT) : vaultChecks.failed('state-apart', error)];
  }
}

const NO_VAULT = 'Not looked at: no vault was named.';

function isMissing(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === 'VAULT_NOT_FOUND';
}

async function checkState(examination: Examination): Promise<readonly Check[]> {
  const unseen = (why: string): Check[] => ['create-only', 'clock-of-store'].map((id) => vaultChecks.unknown(id, why));
  let areTheSame: boolean;
  try {
    areTheSame = (await examination.places()).areTheSame;
  } catch (error) {
    return [
      isMissing(error) ? vaultChecks.unknown('state', NO_VAULT) : vaultChecks.failed('state', error),
      ...unseen('Not looked at: there is no state place to look at.'),
    ];
  }
  try {
    if (areTheSame) {
      const why = 'Not looked at: nothing is tried out in a vault.';
      return [vaultChecks.unknown('state', why), ...unseen(why)];
    }
    const facts = await examination.probeState();
    const left =
      facts.left === undefined ? '' : ` The probe ${facts.left} could not be removed again; it does no harm.`;
    const createOnly = facts.isCreateOnly
      ? vaultChecks.ok('create-only', 'A second write under a name that is taken is refused.')
      : vaultChecks.finding(
          'create-only',
          'A second write under a name that was taken went through: a vault there could be overwritten.',
          'Keep the vault in another kind of place: Azure Blob Storage, or a local file system with hard links.',
        );
    const time = checkClock(vaultChecks, 'clock-of-store', {
      party: 'the store',
      theirsMs: facts.createdAtMs,
      // Stores cut the time to whole seconds, and file systems to a tick of the kernel's.
      betweenMs: [facts.writtenBetweenMs[0] - 1000, facts.writtenBetweenMs[1]],
    });
    return [vaultChecks.ok('state', `The state place can be written.${left}`), createOnly, time];
  } catch (error) {
    const check =
      error instanceof HoldfastError && isMissing(error)
        ? vaultChecks.finding(
            'state',
            error.message,
            'Name it with --state or HOLDFAST_STATE; the next restore makes it where it is missing.',
          )
        : vaultChecks.failed('state', error);
    return [check, ...unseen('Not looked at: the state place could not be written.')];
  }
}

async function checkKeys(
  examination: Examination,
  isVaultOpen: boolean,
): Promise<{ readonly checks: readonly Check[]; readonly good: readonly KeyRole[] }> {
  let atHand: readonly KeyFacts[];
  try {
    atHand = await examination.keys();
  } catch (error) {
    return { checks: [keyChecks.failed('keys', error)], good: [] };
  }
  if (atHand.length === 0) {
    const check = keyChecks.finding(
      'keys',
      'No key is at hand.',
      'Name the folder of the keys with --keys or HOLDFAST_KEYS, or put one into HOLDFAST_WRITER_KEY, HOLDFAST_READER_KEY, HOLDFAST_RESTORER_KEY, HOLDFAST_VERIFIER_KEY or HOLDFAST_PRUNER_KEY.',
    );
    return { checks: [check], good: [] };
  }
  const good: KeyRole[] = [];
  const checks: Check[] = [];
  for (const key of atHand) {
    const check = isVaultOpen
      ? await checkKey(examination, key)
      : keyChecks.unknown(`key:${key.role}`, `${key.source}: not tried, because the vault cannot be opened.`);
    checks.push(check);
    if (check.state === 'ok') good.push(key.role);
    if (key.isOpenToOthers) checks.push(openToOthers(key));
    if (key.role === 'root') checks.push(rootAtHand(key));
  }
  return { checks, good };
}

async function checkKey(examination: Examination, { role, source }: KeyFacts): Promise<Check> {
  try {
    await examination.openVault([role]);
    return keyChecks.ok(`key:${role}`, `${source} is a ${role} key of this vault.`);
  } catch (error) {
    return keyChecks.failed(`key:${role}`, error);
  }
}

function openToOthers({ role, source }: KeyFacts): Check {
  return keyChecks.finding(
    `key-mode:${role}`,
    `${source} can be read by other users of this machine.`,
    `Take it away from them: chmod 600 ${source}`,
  );
}

function rootAtHand({ source }: KeyFacts): Check {
  return keyChecks.finding(
    'key-root-online',
    `${source} is on this machine: it opens everything and decides which keys count.`,
    'Move it offline, in two places, and delete it here.',
  );
}

function describeRoles({ abilities }: Vault): Check {
  const can = [
    ...(abilities.signPoints && abilities.readMeta ? ['back up'] : []),
    ...(abilities.readMeta ? ['list'] : []),
    ...(abilities.readMeta && abilities.compare ? ['compare'] : []),
    ...(abilities.readConfig ? ['read contents and plan'] : []),
    ...(abilities.readSecrets && abilities.signRuns ? ['restore'] : []),
    ...(abilities.readMeta && abilities.signProofs ? ['record verifications'] : []),
    ...(abilities.readMeta && abilities.signPrunes ? ['prune'] : []),
  ];
  const all = ['back up', 'list', 'compare', 'read contents and plan', 'restore', 'record verifications', 'prune'];
  const cannot = all.filter((one) => !can.includes(one));
  const evidence = `With these keys one can ${can.length === 0 ? 'do nothing' : can.join(', ')}${cannot.length === 0 ? '' : `; not ${cannot.join(', ')}`}.`;
  return can.length === 0
    ? keyChecks.finding('roles', evidence, 'Bring a key of this vault.')
    : keyChecks.ok('roles', evidence);
}
