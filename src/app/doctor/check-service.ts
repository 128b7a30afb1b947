import { HoldfastError, noTokenCodes } from '../../core/errors.ts';
import { kindNames, kinds, type KindName } from '../../core/kinds/index.ts';
import type { Kind } from '../../core/kinds/kind.ts';
import { readPermissions } from '../../core/kinds/read-permission.ts';
import { isListedPerParent } from '../../core/reading-order.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { EndpointFacts, KindProbe, OrganizationProber } from '../ports/organization.ts';
import type { Clock, Progress } from '../ports/surroundings.ts';
import type { Vault } from '../ports/vault.ts';
import { checkClock } from './check-clock.ts';
import { type Check, checksOf } from './check.ts';
import type { Examination } from './examination.ts';

export interface ServiceQuestion {
  readonly examination: Examination;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Undefined when nobody named one. */
  readonly organization: string | undefined;
  /** Lends its hash functions, where it could be opened. */
  readonly vault: Vault | undefined;
}

const service = checksOf('service');
const permissions = checksOf('permissions');
const MINUTE_MS = 60_000;
const NOT_REACHED = 'Not looked at: the endpoint gave no answer of the Apigee API.';

/** The management API: reach, encryption, token, organization, and each kind by a harmless read. */
export async function checkService(question: ServiceQuestion): Promise<readonly Check[]> {
  const { checks, isUsable } = await checkEndpoint(question);
  const token = await checkToken(question);
  if (!isUsable || token.some(({ state }) => state === 'finding')) {
    const why = isUsable ? 'Not looked at: there is no token to ask with.' : NOT_REACHED;
    return [
      ...checks,
      ...token,
      ...['token-accepted', 'organization', 'permissions'].map((id) => service.unknown(id, why)),
    ];
  }
  return [...checks, ...token, ...(await checkOrganization(question))];
}

async function checkEndpoint({
  examination,
  clock,
}: ServiceQuestion): Promise<{ readonly checks: readonly Check[]; readonly isUsable: boolean }> {
  const beforeMs = clock.epochMs();
  let facts: EndpointFacts;
  try {
    facts = await examination.endpoint();
  } catch (error) {
    const unseen = ['encryption', 'api', 'clock-of-service'].map((id) => service.unknown(id, NOT_REACHED));
    return { checks: [service.failed('endpoint', error), ...unseen], isUsable: false };
  }
  const afterMs = clock.epochMs();
  const encryption = facts.isEncrypted
    ? 'The connection is encrypted (TLS), and the certificate is trusted.'
    : 'Plain http, which never leaves this machine.';
  const api = facts.isApigee
    ? service.ok('api', 'It refuses an unknown caller in the words of the Apigee API.')
    : service.finding(
        'api',
        `It answers ${facts.status} to an unknown caller, but not in the words of the Apigee API.`,
        'Check the endpoint (HOLDFAST_APIGEE_ENDPOINT) and what proxies stand before it.',
      );
  const time =
    facts.dateMs === undefined
      ? service.unknown('clock-of-service', 'Its answer has no Date.')
      : checkClock(service, 'clock-of-service', {
          party: 'the service',
          // The header is cut to whole seconds.
          theirsMs: facts.dateMs,
          betweenMs: [beforeMs - 1000, afterMs],
        });
  return {
    checks: [service.ok('endpoint', `${facts.url} answers.`), service.ok('encryption', encryption), api, time],
    isUsable: facts.isApigee,
  };
}

async function checkToken({ examination, clock }: ServiceQuestion): Promise<readonly Check[]> {
  try {
    const { source, life } = await examination.token();
    const { obtainedAtMs, expiresAtMs } = life;
    const minutes = (ms: number): number => Math.round(ms / MINUTE_MS);
    if (expiresAtMs !== undefined) {
      const left = minutes(expiresAtMs - clock.epochMs());
      return [service.ok('token', `A token from ${source}, good for another ${left} minutes; it renews itself.`)];
    }
    const age =
      obtainedAtMs === undefined
        ? 'its age cannot be told'
        : `${minutes(clock.epochMs() - obtainedAtMs)} minutes old by the time of the file`;
    return [service.ok('token', `There is a ${source}; ${age}.`)];
  } catch (error) {
    return [service.failed('token', error)];
  }
}

async function checkOrganization(question: ServiceQuestion): Promise<readonly Check[]> {
  const { examination, organization: name, vault } = question;
  const unprobed = (why: string): Check => permissions.unknown('permissions', why);
  if (name === undefined) {
    const why = 'Not looked at: no organization was named, and no vault has just one.';
    return [
      service.unknown('token-accepted', why),
      service.unknown('organization', why, 'Name it with --org NAME or HOLDFAST_ORG.'),
      unprobed(why),
    ];
  }
  try {
    const live = await examination.openOrganization(name, vault);
    const { state, runtimeType, environments } = await live.identify();
    const words = `${name} is ${state === '' ? 'of unknown state' : state}, runtime ${runtimeType === '' ? 'unknown' : runtimeType}, ${environments.length} environments.`;
    const seen =
      state === 'ACTIVE' || state === ''
        ? service.ok('organization', words)
        : service.finding('organization', words, 'Wait until the organization is ACTIVE, or ask its owner.');
    return [
      service.ok('token-accepted', 'The service accepts the token.'),
      seen,
      ...(await checkKinds(live, question)),
    ];
  } catch (error) {
    const code = error instanceof HoldfastError ? error.code : undefined;
    const why = 'Not looked at: the organization could not be read.';
    if (code !== undefined && noTokenCodes.has(code))
      return [service.failed('token-accepted', error), service.unknown('organization', why), unprobed(why)];
    const accepted =
      code === 'ORGANIZATION_NOT_FOUND'
        ? service.ok('token-accepted', 'The service accepts the token.')
        : service.unknown('token-accepted', why);
    return [accepted, service.failed('organization', error), unprobed(why)];
  }
}

/** One look at each kind, below the first resource of its parent kind; what may not be listed has nothing below to look at. */
async function checkKinds(live: OrganizationProber, { progress }: ServiceQuestion): Promise<readonly Check[]> {
  const probes = new Map<KindName, KindProbe>();
  const checks: Check[] = [];
  progress.phase('permissions');
  for (const name of kindNames) {
    progress.advance(checks.length, kindNames.length, 'kinds');
    const kind = kinds[name];
    const above = isListedPerParent(kind) ? parentProbe(kind, probes) : '';
    const isEmbedded = kind.collection.style === 'embedded';
    const owner = isEmbedded && kind.scope !== 'organization' ? probes.get(kind.scope) : undefined;
    if (typeof above !== 'string' || (isEmbedded && owner?.state !== 'readable')) {
      checks.push(belowNothing(kind, isEmbedded ? owner : typeof above === 'string' ? undefined : above));
      continue;
    }
    const probe = await live.probe(kind, above);
    probes.set(name, probe);
    checks.push(checkOfProbe(kind, probe));
  }
  return checks;
}

/** The parent to look below, or what became of the probe that should have found one. */
function parentProbe(kind: Kind, probes: ReadonlyMap<KindName, KindProbe>): ResourceId | KindProbe | undefined {
  if (kind.scope === 'organization') return '';
  const probe = probes.get(kind.scope);
  return probe?.state === 'readable' && probe.first !== undefined ? probe.first : probe;
}

function belowNothing(kind: Kind, above: KindProbe | undefined): Check {
  const id = `permission:${kind.name}`;
  const parents = kind.scope === 'organization' ? 'organizations' : kinds[kind.scope].title.many;
  if (above?.state === 'notApplicable')
    return permissions.ok(id, `Not applicable: this organization has no ${parents}.`);
  if (above?.state === 'readable') return permissions.ok(id, `Nothing to look at: there are no ${parents} yet.`);
  return permissions.unknown(id, `Not looked at: ${parents} cannot be read, and ${kind.title.many} are below them.`);
}

// The service names the permission in some refusals; its word counts before ours.
const NAMED_PERMISSION = /\bapigee\.[a-z]+\.[a-z]+\b/;

function checkOfProbe(kind: Kind, probe: KindProbe): Check {
  const id = `permission:${kind.name}`;
  const { many } = kind.title;
  switch (probe.state) {
    case 'readable':
      return kind.collection.style === 'embedded'
        ? permissions.ok(id, `${capital(many)} come with what they belong to.`)
        : permissions.ok(id, `${capital(many)} can be read.`);
    case 'notApplicable':
      return permissions.ok(id, `Not applicable: ${probe.reason}`);
    case 'denied': {
      const named = NAMED_PERMISSION.exec(probe.reason)?.[0];
      const needed = named === undefined ? readPermissions(kind).join(' and ') : named;
      return permissions.finding(
        id,
        `${capital(many)} may not be read: ${probe.reason}`,
        `Grant the identity ${needed} (the role roles/apigee.readOnlyAdmin has what a backup reads), or accept the gap in the configuration.`,
      );
    }
    case 'failed':
      return permissions.finding(
        id,
        `${capital(many)} could not be read: ${probe.reason}`,
        'Run again; if it stays, see --log-level debug.',
      );
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
