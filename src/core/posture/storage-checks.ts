import type { AccountFacts, BlobServiceFacts, ContainerFacts } from '../protection/facts.ts';
import type { Reading } from '../protection/readings.ts';
import { neededImmutabilityDays, type ProtectionSettings } from '../protection/settings.ts';
import { checkOf, fail, type Judged, pass, type PostureCheck, unknown } from './posture-check.ts';
import type { PostureReadings } from './posture-readings.ts';
import { judgeDays } from './vault-checks.ts';

const goodTls: readonly string[] = ['TLS1_2', 'TLS1_3'];
const PLAN = 'Switch it on: holdfast protect plan.';

/** The storage account with its blob service and the containers of the vault. */
export function checkStorage({ protection, settings }: PostureReadings): PostureCheck[] {
  const { account, blobService } = protection;
  const ofAccount = (id: string, remedy: string, judge: (facts: AccountFacts) => Judged): PostureCheck =>
    checkOf({ id, thing: 'The storage account', remedy }, account, judge);
  const ofService = (id: string, judge: (facts: BlobServiceFacts) => Judged): PostureCheck =>
    checkOf({ id, thing: 'The blob service of the account', remedy: PLAN }, blobService, judge);
  return [
    ofService('versioning', ({ versioning }) =>
      versioning ? pass('Versions of blobs are kept.', 1) : fail('Versions of blobs are not kept.', 0),
    ),
    ofService('blob-soft-delete', ({ softDelete }) => {
      if (!softDelete.enabled) return fail('Soft delete of blobs is off.', 0);
      if (softDelete.permanentDelete) return fail('Soft-deleted blobs can be deleted for good at once.', 0);
      return judgeDays(softDelete.days, settings.blobSoftDeleteDays, 'Deleted blobs can be brought back');
    }),
    ofService('container-soft-delete', ({ containerSoftDelete: { enabled, days } }) =>
      enabled
        ? judgeDays(days, settings.containerSoftDeleteDays, 'Deleted containers can be brought back')
        : fail('Soft delete of containers is off.', 0),
    ),
    ...settings.containers.map((name) =>
      checkImmutability(name, protection.containers[name] ?? { state: 'notAsked' }, settings),
    ),
    ofAccount(
      'shared-key-access',
      'Allow identities only: set allowSharedKeyAccess to false.',
      ({ sharedKeyAccess }) =>
        sharedKeyAccess === false
          ? pass('Account keys are not accepted.')
          : fail('Account keys are accepted: whoever has one has every right.'),
    ),
    ofAccount('public-access', 'Set allowBlobPublicAccess to false.', ({ publicBlobAccess }) =>
      publicBlobAccess === false
        ? pass('Containers cannot be made public.')
        : fail('Containers of the account can be made public.'),
    ),
    ofAccount('tls', 'Set minimumTlsVersion to TLS1_2 and require secure transfer.', judgeTls),
    ofAccount('hierarchical-namespace', 'Make a general-purpose v2 account without it, and a vault there.', (facts) =>
      facts.hierarchicalNamespace
        ? fail('The account has a hierarchical namespace: vaulted backup and versions differ there.')
        : pass('The account has a flat namespace.'),
    ),
    checkOf(
      {
        id: 'archiving-rules',
        thing: 'The lifecycle rules of the account',
        remedy: 'Take the rule away: Azure Backup leaves archived blobs out.',
      },
      protection.archiving,
      (rules) => {
        const hurting = rules.filter(
          ({ prefixes }) =>
            prefixes.length === 0 ||
            prefixes.some((prefix) =>
              settings.containers.some((name) => prefix.startsWith(name) || name.startsWith(prefix)),
            ),
        );
        if (hurting.length === 0) return pass('No lifecycle rule archives blobs of the vault.');
        return fail(`Lifecycle rules archive blobs of the vault: ${hurting.map(({ name }) => name).join(', ')}.`);
      },
    ),
  ];
}

function judgeTls({ minimumTls, httpsOnly }: AccountFacts): Judged {
  if (httpsOnly === undefined || minimumTls === undefined)
    return unknown('What transport the account asks for is not said.');
  if (httpsOnly && goodTls.includes(minimumTls)) return pass(`Connections need ${minimumTls} at least.`);
  return fail(httpsOnly ? `Connections with ${minimumTls} are accepted.` : 'Connections without TLS are accepted.');
}

/** Blobs must outlive the epoch they are written in, and the days for which every point is guaranteed. */
function checkImmutability(name: string, reading: Reading<ContainerFacts>, settings: ProtectionSettings): PostureCheck {
  const { epochDays, guaranteedDays } = settings.immutability;
  const needed = neededImmutabilityDays(settings);
  const sum = `${epochDays} days of an epoch + ${guaranteedDays} guaranteed days = ${needed}`;
  return checkOf(
    {
      id: settings.containers.length === 1 ? 'immutability' : `immutability:${name}`,
      thing: `The container ${name}`,
      remedy: `Set the policy of the container to ${needed} days or more: holdfast protect plan. A locked one is extended.`,
    },
    reading,
    ({ immutability, versionImmutability }) => {
      if (immutability === undefined) {
        if (!versionImmutability)
          return fail(`Blobs of ${name} can be deleted at once: the container has no immutability policy.`, 0);
        return unknown(
          `${name} has version-level immutability, whose default period resource manager was not asked for.`,
        );
      }
      const { state, days } = immutability;
      const strength = days + (state === 'Locked' ? 1_000_000 : 0);
      if (state !== 'Locked' && state !== 'Unlocked')
        return unknown(`Azure calls the policy of ${name} ${state}, which is not known here.`);
      if (days < needed)
        return fail(
          `Blobs of ${name} are immutable for ${days} days (${state}); ${sum} are needed: points would rest on blobs that can be deleted.`,
          strength,
        );
      return pass(
        `Blobs of ${name} are immutable for ${days} days (${state}${state === 'Unlocked' ? ', which an owner can take away' : ''}); needed are ${sum}.`,
        strength,
      );
    },
  );
}
