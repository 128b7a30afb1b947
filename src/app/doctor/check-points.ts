import type { EpochPeriod } from '../../core/epoch-period.ts';
import type { PointSummary } from '../../core/point.ts';
import type { Clock } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import { type Check, checksOf } from './check.ts';

export interface PointsQuestion {
  readonly vault: Vault | undefined;
  readonly organization: string | undefined;
  readonly clock: Clock;
  readonly pacing: { readonly quotaPerMinute: number | 'unlimited'; readonly share: number };
  /** True where no other user of the organization can be disturbed. */
  readonly isEndpointLocal: boolean;
  readonly epochPeriod: EpochPeriod;
}

const points = checksOf('points');
const service = checksOf('service');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Older than this, the newest complete point is a finding. */
const OLD_POINT_MS = 48 * HOUR_MS;
/** A capture that takes longer than this leaves too little of the day for the next one. */
const LONG_CAPTURE_MINUTES = 60;
const LARGE_SHARE = 0.9;

/** The newest points, the epoch, and what the last capture says about the quota. */
export async function checkPoints(question: PointsQuestion): Promise<readonly Check[]> {
  const { vault, organization } = question;
  if (vault === undefined || organization === undefined || !vault.abilities.readMeta) {
    const why =
      vault === undefined
        ? 'Not looked at: the vault cannot be opened.'
        : organization === undefined
          ? 'Not looked at: no organization was named.'
          : 'Not looked at: no key at hand opens the list of points.';
    return [
      ...['newest-point', 'damaged-points', 'epoch'].map((id) => points.unknown(id, why)),
      checkQuota(question, undefined),
    ];
  }
  try {
    const listed = await vault.listPoints(organization);
    const whole = listed.points.filter(({ grade, scope }) => grade !== 'interrupted' && scope.type === 'all');
    return [
      checkNewest(whole, question.clock),
      damagedPoints(listed.damaged.map(({ name }) => name)),
      await checkEpoch(vault, organization, question),
      checkQuota(question, whole.at(-1)),
    ];
  } catch (error) {
    return [points.failed('newest-point', error), checkQuota(question, undefined)];
  }
}

function checkNewest(whole: readonly PointSummary[], clock: Clock): Check {
  const complete = whole.findLast(({ grade }) => grade === 'complete');
  if (complete === undefined) {
    return points.finding(
      'newest-point',
      whole.length === 0
        ? 'There is no point of the whole organization yet.'
        : `None of ${whole.length} points of the whole organization is complete.`,
      whole.length === 0
        ? 'Take one with `holdfast backup`.'
        : 'See the holes with `holdfast show latest`; grant what is missing, or accept them.',
    );
  }
  const ageMs = clock.epochMs() - Date.parse(complete.endedAt);
  const evidence = `The newest complete point, ${complete.id}, is ${formatAge(ageMs)} old.`;
  if (ageMs <= OLD_POINT_MS) return points.ok('newest-point', evidence);
  return points.finding('newest-point', evidence, 'Take one with `holdfast backup`, and find out why none was taken.');
}

function damagedPoints(names: readonly string[]): Check {
  if (names.length === 0) return points.ok('damaged-points', 'Every manifest is whole and genuine.');
  return points.finding(
    'damaged-points',
    `${names.length} manifests cannot be trusted: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`,
    'See `holdfast points` and `holdfast verify`; take a new point.',
  );
}

async function checkEpoch(
  vault: Vault,
  organization: string,
  { clock, epochPeriod }: Pick<PointsQuestion, 'clock' | 'epochPeriod'>,
): Promise<Check> {
  const epoch = await vault.findEpoch(organization, epochPeriod);
  if (epoch === undefined)
    return points.ok('epoch', 'There is no epoch to continue: the next backup opens one and reads everything afresh.');
  const ageMs = clock.epochMs() - Date.parse(epoch.openedAt);
  const leftMs = Date.parse(epoch.endsAt) - clock.epochMs();
  const next =
    leftMs > 0
      ? `the first backup on or after ${epoch.endsAt.slice(0, 10)}, in ${formatAge(leftMs)}, opens the next one`
      : 'the next backup of the whole organization opens the next one';
  return points.ok(
    'epoch',
    `Epoch ${epoch.epoch} is ${formatAge(ageMs)} old; ${next} and reads everything afresh, which takes longer and more calls.`,
  );
}

/** A full capture costs about what the last one cost, more where it opened an epoch. */
function checkQuota({ pacing, isEndpointLocal }: PointsQuestion, last: PointSummary | undefined): Check {
  const { quotaPerMinute, share } = pacing;
  if (quotaPerMinute === 'unlimited') {
    return isEndpointLocal
      ? service.ok('quota', 'No quota is set, and the endpoint is on this machine.')
      : service.finding(
          'quota',
          'The quota is said to be unlimited: a capture would take what others need.',
          "Give the organization's quota with --quota-per-minute (6000 unless Google granted another).",
        );
  }
  const perMinute = quotaPerMinute * share;
  const rate = `${Math.round(perMinute)} calls a minute (${share} of ${quotaPerMinute})`;
  if (share > LARGE_SHARE) {
    return service.finding(
      'quota',
      `A capture may use ${rate}: next to nothing is left for deployments and others.`,
      'Lower --quota-share.',
    );
  }
  if (last === undefined)
    return service.unknown('quota', `At most ${rate}; how long a capture takes is known after the first one.`);
  const minutes = last.calls / perMinute;
  const evidence =
    `At most ${rate}; the last capture took ${last.calls} calls, so at least ${minutes < 1 ? 'less than a minute' : `${Math.ceil(minutes)} minutes`}.`.replace(
      'at least less than',
      'less than',
    );
  return minutes <= LONG_CAPTURE_MINUTES
    ? service.ok('quota', evidence)
    : service.finding(
        'quota',
        evidence,
        'Raise --quota-share, ask Google for more quota, or capture presets at different times.',
      );
}

function formatAge(ms: number): string {
  if (ms < HOUR_MS) return `${Math.max(0, Math.round(ms / 60_000))} minutes`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} hours` : `${Math.round(ms / DAY_MS)} days`;
}
