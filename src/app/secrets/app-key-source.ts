import { isKindName, type KindName } from '../../core/kinds/index.ts';
import { tellsOfNothing } from '../../core/ledger.ts';
import { RENEWAL_DAYS, type SecretReading } from '../../core/secret-age.ts';
import { isFullPoint } from '../points.ts';
import type { Clock } from '../ports/surroundings.ts';
import type { PointReader, Vault } from '../ports/vault.ts';
import type { SecretSource } from '../ports/secrets.ts';

const KEY_KINDS: readonly KindName[] = ['app-key', 'app-group-app-key'].filter(isKindName);
const APP_KINDS: readonly KindName[] = ['developer-app', 'app-group-app'].filter(isKindName);
const EXPIRY = 'expiresAt';
const DAY_MS = 86_400_000;
const REMEDY = 'Give the client a new key before this one ends, and take a point.';

/** App keys that end, as the newest point of the organization has them. Those that end soon are told one by one. */
export function appKeySource(vault: Vault, organization: string, clock: Clock): SecretSource {
  return {
    kind: 'app-key',
    name: `app keys of ${organization}`,
    remedy: 'Bring a key that opens the list of points, and take a point with `holdfast backup`.',
    read: () => readAppKeys(vault, organization, clock),
  };
}

async function readAppKeys(vault: Vault, organization: string, clock: Clock): Promise<readonly SecretReading[]> {
  const { points } = await vault.listPoints(organization);
  const newest = points.filter(isFullPoint).at(-1);
  const name = `app keys of ${organization}`;
  if (newest === undefined) {
    return [
      {
        kind: 'app-key',
        name,
        unknown: 'There is no point of the whole organization yet.',
        remedy: 'Take one with `holdfast backup`.',
      },
    ];
  }
  const point = await vault.openPoint(organization, newest.id);
  const [hole, ...others] = holesOf(point);
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const unknown: readonly SecretReading[] =
    hole === undefined
      ? []
      : [
          {
            kind: 'app-key',
            name: `${name} that are not in the point`,
            unknown: `The newest point, ${newest.id}, does not have all: ${hole}${more}.`,
            remedy: 'See `holdfast show latest`.',
          },
        ];
  const kinds = KEY_KINDS.filter((kind) => point.has(kind));
  if (kinds.length === 0) return unknown;
  const nowMs = clock.epochMs();
  const soon: SecretReading[] = [];
  const counts = { all: 0, ending: 0, ended: 0 };
  for (const kind of kinds) {
    for await (const { id, tolerant } of point.entries(kind)) {
      const endsMs = tolerant?.[EXPIRY];
      counts.all += 1;
      if (endsMs === undefined || endsMs <= 0) continue;
      if (endsMs <= nowMs) counts.ended += 1;
      else counts.ending += 1;
      if (endsMs <= nowMs || endsMs > nowMs + RENEWAL_DAYS * DAY_MS) continue;
      soon.push({ kind: 'app-key', name: id, expiresAt: new Date(endsMs).toISOString(), remedy: REMEDY });
    }
  }
  const note = `${counts.all} keys in ${newest.id} of ${newest.endedAt.slice(0, 10)}: ${counts.ending} end some day, ${soon.length} of them within ${RENEWAL_DAYS} days; ${counts.ended} have ended.`;
  return [{ kind: 'app-key', name, note, remedy: REMEDY }, ...unknown, ...soon];
}

/** What of the keys, or of the apps that they are read with, the point says nothing about, in words. */
function holesOf(point: PointReader): readonly string[] {
  const missing = KEY_KINDS.filter((kind) => !point.has(kind)).map((kind) => `${kind} was not captured`);
  const gaps = [...KEY_KINDS, ...APP_KINDS].flatMap((kind) =>
    point
      .gaps(kind)
      .filter((gap) => !tellsOfNothing(gap))
      .map(({ at, state }) => `${kind} ${at === '' ? 'as a whole' : `below ${at}`} is ${state}`),
  );
  return [...missing, ...gaps];
}
