import type { PostureSources } from '../cli/house.ts';
import { readSecretAges } from '../app/secrets/read-secret-ages.ts';
import { endsTheRun, HoldfastError } from '../core/errors.ts';
import { DEFAULT_SECRET_AGE_DAYS } from '../core/secret-age.ts';
import { systemRandom } from '../platform/random.ts';
import type { Foundation } from './foundation.ts';
import { Secrets } from './secrets.ts';

/** What a posture needs that neither resource manager nor the vault tells. */
export function postureSources(base: Foundation): PostureSources {
  return {
    async capture(organization) {
      if (organization === undefined)
        return { state: 'unreadable', reason: 'no organization is named.', next: 'Name it with --org.' };
      try {
        return { state: 'present', facts: await proveCapture(base, organization) };
      } catch (error) {
        if (!(error instanceof HoldfastError) || endsTheRun(error)) throw error;
        return { state: 'unreadable', reason: error.message, next: error.next ?? 'Look at it: holdfast doctor.' };
      }
    },
    secrets: () => readSecrets(base),
  };
}

/** What is overdue, by name. Where nothing is, but something could not be read, it is not known whether all is well. */
async function readSecrets(base: Foundation): ReturnType<PostureSources['secrets']> {
  const { clock, signal } = base.surroundings;
  const maxAgeDays = base.settings.secrets?.maxAgeDays ?? DEFAULT_SECRET_AGE_DAYS;
  const all = await readSecretAges(new Secrets(base).sources(), { nowMs: clock.epochMs(), maxAgeDays }, signal);
  const overdue = all.filter(({ state }) => state === 'overdue').map(({ name }) => name);
  const unknown = all.filter(({ state }) => state === 'unknown');
  const [first] = unknown;
  if (overdue.length > 0 || first === undefined) {
    return { state: 'present', facts: { overdue, checked: all.length - unknown.length } };
  }
  const more = unknown.length === 1 ? '' : ` (and ${unknown.length - 1} more: holdfast secrets status)`;
  return { state: 'unreadable', reason: `${first.name}: ${first.evidence}${more}`, next: first.remedy ?? '' };
}

async function proveCapture(
  base: Foundation,
  organization: string,
): Promise<{ readonly canWrite: boolean; readonly evidence: string }> {
  const { probeWrite } = await import('../apigee/probe-write.ts');
  const tokens = await base.identities.tokens('capture');
  const { endpoint } = base.settings;
  const http = await base.httpClient();
  const outcome = await probeWrite({ endpoint, organization, tokens, http, random: systemRandom });
  const who = tokens.describe();
  if (outcome === 'refused')
    return { canWrite: false, evidence: `${who} captures and cannot write into ${organization}.` };
  return {
    canWrite: true,
    evidence: `${who} captures and could write into ${organization}: who steals it can change the organization.`,
  };
}
