import { subscriptionOf } from '../protection/arm-id.ts';
import { covers } from '../protection/coverage.ts';
import type { BackupInstanceFacts, BackupVaultFacts, RecoveryPointFacts } from '../protection/facts.ts';
import { factsOf, type Reading } from '../protection/readings.ts';
import { protectionIds } from '../protection/settings.ts';
import { checkOf, fail, type Judged, pass, type PostureCheck, unknown } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';

const DAY_MS = 86_400_000;
const redundancies: readonly string[] = ['LocallyRedundant', 'ZoneRedundant', 'GeoRedundant'];
/** Of a job that may still end either way. */
const runningStates: readonly string[] = ['InProgress', 'Cancelling', 'Paused'];
const KINDS = 'A Backup vault is of type Microsoft.DataProtection/backupVaults.';

/** The Backup vault itself. */
export function checkVault(readings: PostureReadings): PostureCheck[] {
  const { protection, settings } = readings;
  const { vault } = protection;
  const ofVault = (id: string, remedy: string, judge: (facts: BackupVaultFacts) => Judged): PostureCheck =>
    checkOf({ id, thing: 'The Backup vault', remedy }, vault, judge);
  return [
    checkKind(readings),
    ofVault('vault-soft-delete', 'Switch soft delete on: holdfast protect plan.', judgeSoftDelete),
    ofVault(
      'vault-soft-delete-days',
      'Raise the days: holdfast protect plan. It does not help what is deleted already.',
      (facts) => judgeDays(facts.softDelete.days, settings.vault.softDeleteDays, 'Deleted backups can be brought back'),
    ),
    ofVault(
      'vault-immutability',
      'Switch immutability on (unlocked): holdfast protect plan; lock it with holdfast protect lock.',
      judgeImmutability,
    ),
    ofVault(
      'vault-redundancy',
      'Make a vault of more redundancy: it cannot be changed once something is protected.',
      (facts) => judgeRedundancy(facts.redundancy, settings.vault.redundancy),
    ),
    checkGuard(readings),
  ];
}

/** Somebody may have named the other kind of vault, which protects no blobs. */
function checkKind({ protection, settings }: PostureReadings): PostureCheck {
  const other = factsOf(protection.recoveryServicesVault);
  const what = { id: 'backup-vault', thing: 'The Backup vault', remedy: `${KINDS} Make one: holdfast protect plan.` };
  if (other === undefined || protection.vault.state === 'present') {
    return checkOf(what, protection.vault, ({ id }) => pass(`The Backup vault is ${id}.`));
  }
  const evidence = `${settings.vault.name} is a Recovery Services vault (Microsoft.RecoveryServices/vaults, soft delete ${other.softDelete ?? 'unknown'}): it protects machines and file shares, never blobs, and so not this container.`;
  return { id: what.id, state: 'fail', evidence, remedy: what.remedy };
}

function judgeSoftDelete({ softDelete: { state } }: BackupVaultFacts): Judged {
  if (state === 'AlwaysOn') return pass('Soft delete of backups is on and cannot be switched off.', 2);
  if (state === 'On') return pass('Soft delete of backups is on.', 1);
  if (state === 'Off') return fail('Soft delete of backups is off.', 0);
  return unknown(`Azure calls the soft delete of backups ${state ?? 'nothing'}, which is not known here.`);
}

export function judgeDays(days: number | undefined, wanted: number, what: string): Judged {
  if (days === undefined) return unknown(`${what}, for how many days is not said.`);
  if (days >= wanted) return pass(`${what} for ${days} days.`, days);
  return fail(`${what} for ${days} days only; ${wanted} are asked for.`, days);
}

function judgeImmutability({ immutability }: BackupVaultFacts): Judged {
  if (immutability === 'Locked') return pass('Immutability of the vault is locked.', 2);
  if (immutability === 'Unlocked') return pass('Immutability of the vault is on; an owner can still switch it off.', 1);
  if (immutability === 'Disabled') return fail('Immutability of the vault is off.', 0);
  return unknown(`Azure calls the immutability of the vault ${immutability ?? 'nothing'}, which is not known here.`);
}

function judgeRedundancy(redundancy: string | undefined, wanted: string): Judged {
  const rank = redundancies.indexOf(redundancy ?? '');
  if (rank < 0)
    return unknown(`Azure calls the redundancy of the vault ${redundancy ?? 'nothing'}, which is not known here.`);
  if (rank >= redundancies.indexOf(wanted)) return pass(`The vault is ${redundancy}.`, rank);
  return fail(`The vault is ${redundancy}; ${wanted} is asked for.`, rank);
}

function checkGuard({ protection, settings }: PostureReadings): PostureCheck {
  const { guardId } = settings;
  const what = {
    id: 'resource-guard',
    thing: 'The resource guard of the vault',
    remedy:
      'Put a resource guard of another subscription, better of another tenant, on the vault, owned by somebody else.',
  };
  return checkOf(what, protection.guardProxies, (proxies) => {
    const [first] = proxies;
    if (first === undefined) return fail('No resource guard is on the vault: one person can remove its protection.', 0);
    const proxy =
      guardId === undefined ? first : proxies.find((one) => one.guardId.toLowerCase() === guardId.toLowerCase());
    if (proxy === undefined)
      return fail(`The resource guard of the vault is ${first.guardId}; ${guardId} is asked for.`, 0);
    const apart = subscriptionOf(proxy.guardId);
    const isApart = apart.toLowerCase() !== settings.subscription.toLowerCase();
    if (isApart) {
      return pass(
        `The resource guard ${proxy.guardId} lives in another subscription, ${apart}. In which tenant, and so who its owners are, is not known here: look that it is not the vault's.`,
        2,
      );
    }
    return fail(
      `The resource guard ${proxy.guardId} lives in the vault's own subscription: who owns that owns both.`,
      1,
    );
  });
}

/** What backs the account up, found from the account itself, and what came of it. */
export function checkBackups(readings: PostureReadings): PostureCheck[] {
  const { protection, settings } = readings;
  const { instances } = protection;
  const { vaultId } = protectionIds(settings);
  const own = ownInstance(readings);
  const ofOwn: Reading<BackupInstanceFacts> =
    instances.state !== 'present'
      ? instances
      : own === undefined
        ? { state: 'notAsked' }
        : { state: 'present', facts: own };
  return [
    checkOf(
      {
        id: 'backup-instance',
        thing: 'What backs the account up',
        remedy: 'Protect the account: holdfast protect plan. An instance that was undeleted is still stopped.',
      },
      instances,
      () => judgeInstance(own, vaultId),
    ),
    checkOf(
      {
        id: 'container-covered',
        thing: 'The containers of the backup instance',
        remedy: 'Add the container: holdfast protect plan.',
      },
      ofOwn,
      (instance) => {
        const missing = settings.containers.filter((container) => !covers(instance, container));
        if (missing.length === 0) return pass(`The backup takes ${settings.containers.join(', ')}.`);
        return fail(`The backup does not take ${missing.join(', ')}.`);
      },
    ),
    checkOf(
      {
        id: 'last-recovery-point',
        thing: 'The recovery points',
        remedy: 'Look at the jobs of the vault, then: holdfast protect backup-now.',
      },
      readings.recoveryPoints,
      (points) => judgeRecoveryPoints(points, readings),
    ),
    checkOf(
      {
        id: 'last-job',
        thing: 'The backup jobs',
        remedy: 'Look at the job in the portal; try again: holdfast protect backup-now.',
      },
      readings.jobs,
      (jobs) => {
        const ended = jobs.find(({ status }) => !runningStates.includes(status));
        if (ended === undefined) return unknown('No backup job has ended yet.');
        const problems = ended.problems.map(({ code }) => code).join(', ');
        const evidence = `The last backup job, of ${ended.startedAt}, is ${ended.status}${problems === '' ? '' : ` (${problems})`}.`;
        return ended.status === 'Completed' ? pass(evidence) : fail(evidence);
      },
    ),
  ];
}

/** The instance in our vault, else any: to say which vault has it. */
function ownInstance({ protection, settings }: PostureReadings): BackupInstanceFacts | undefined {
  const all = factsOf(protection.instances) ?? [];
  const { vaultId } = protectionIds(settings);
  return all.find((one) => one.vaultId.toLowerCase() === vaultId.toLowerCase()) ?? all[0];
}

function judgeInstance(own: BackupInstanceFacts | undefined, vaultId: string): Judged {
  if (own === undefined) return fail('No Backup vault protects the storage account.');
  if (own.vaultId.toLowerCase() !== vaultId.toLowerCase()) {
    return fail(`The storage account is protected by another Backup vault: ${own.vaultId}.`);
  }
  if (own.state === 'ProtectionConfigured') return pass(`The instance ${own.name} protects the account.`);
  return fail(
    `The instance is ${own.state}${own.error === undefined ? '' : ` (${own.error.code})`}: no backup is taken.`,
  );
}

function judgeRecoveryPoints(points: readonly RecoveryPointFacts[], { settings, nowMs }: PostureReadings): Judged {
  const [newest] = points;
  if (newest === undefined) return fail('There is no recovery point.');
  const completed = points.find(({ state }) => state === 'Completed');
  const most = settings.policy.every === 'day' ? 2 : 8;
  const days = completed === undefined ? Number.POSITIVE_INFINITY : (nowMs - Date.parse(completed.time)) / DAY_MS;
  if (completed === undefined)
    return fail(`No recovery point is Completed; the newest is ${newest.state ?? 'of no known state'}.`);
  if (days > most)
    return fail(`The newest completed recovery point is of ${completed.time}: more than ${most} days old.`);
  if (newest !== completed)
    return fail(
      `The newest recovery point, of ${newest.time}, is ${newest.state ?? 'of no known state'}: it may lack data.`,
    );
  return pass(`The newest recovery point is of ${completed.time}, and completed.`);
}
