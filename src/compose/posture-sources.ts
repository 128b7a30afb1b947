import type { PostureSources } from '../cli/house.ts';
import { HoldfastError } from '../core/errors.ts';
import { systemRandom } from '../platform/random.ts';
import type { Foundation } from './foundation.ts';

/** What a posture needs that neither resource manager nor the vault tells. */
export function postureSources(base: Foundation): PostureSources {
  return {
    async capture(organization) {
      if (organization === undefined)
        return { state: 'unreadable', reason: 'no organization is named.', next: 'Name it with --org.' };
      try {
        return { state: 'present', facts: await proveCapture(base, organization) };
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.code === 'INTERRUPTED') throw error;
        return { state: 'unreadable', reason: error.message, next: error.next ?? 'Look at it: holdfast doctor.' };
      }
    },
    secrets: async () => ({
      state: 'unreadable',
      reason: 'nothing here tells when keys and secrets were made.',
      next: 'Keep a list of when they were made, and rotate them every quarter.',
    }),
  };
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
