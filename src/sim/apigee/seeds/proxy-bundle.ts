import type { BundledSeed } from '../organization-seed.ts';
import { proxyDescriptor, proxyEndpoint, targetEndpoint } from './bundle-xml.ts';
import { daysBefore } from './moments.ts';
import * as policies from './policy-xml.ts';
import type { ProxyPlan } from './proxy-plan.ts';

/** The issuer whose tokens the organization's proxies accept. */
export const issuer = 'https://login.acme-pay.example';

/** A proxy with all its revisions written out. Revisions share most files; two neighbours always differ in one or more. */
export function proxyOf(plan: ProxyPlan): BundledSeed {
  const revisions = plan.revisions.map((number, position) => {
    const createdAt = momentOf(plan, position);
    return {
      number,
      createdAt,
      // Written when they are read: a listing of 150 proxies asks for names and numbers only.
      get files() {
        return proxyFiles(plan, { number, position, createdAt });
      },
    };
  });
  return {
    name: plan.name,
    ...(plan.labels === undefined ? {} : { labels: plan.labels }),
    createdAt: momentOf(plan, 0),
    lastModifiedAt: momentOf(plan, plan.revisions.length - 1),
    revisions,
  };
}

function momentOf(plan: ProxyPlan, position: number): string {
  return daysBefore(Math.max(1, plan.ageDays - position * 9), position * 61_007);
}

interface RevisionFacts {
  readonly number: number;
  readonly position: number;
  readonly createdAt: string;
}

function proxyFiles(plan: ProxyPlan, revision: RevisionFacts): Record<string, string> {
  const written = {
    ...guardPolicies(plan),
    ...calloutPolicies(plan),
    ...mapPolicies(plan),
    ...trafficPolicies(plan, revision.position),
  };
  const names = Object.keys(written);
  const resources = ['jsc://mask-card-numbers.js', 'oas://openapi.yaml'];
  const request = names.filter((name) => name !== 'AM-Response-Headers' && name !== 'JS-Mask-Card-Numbers');
  const hasTarget = plan.targetServers.length > 0;
  const descriptor = proxyDescriptor({
    name: plan.name,
    revision: revision.number,
    displayName: plan.displayName,
    description: `${plan.displayName}, release ${revision.position + 1}`,
    createdAt: revision.createdAt,
    basePath: plan.basePath,
    policies: names,
    resources,
    targetServers: plan.targetServers,
  });
  const response = ['AM-Response-Headers', 'JS-Mask-Card-Numbers'];
  return {
    [`apiproxy/${plan.name}.xml`]: descriptor,
    'apiproxy/proxies/default.xml': proxyEndpoint({ basePath: plan.basePath, request, response, hasTarget }),
    ...(hasTarget
      ? { 'apiproxy/targets/default.xml': targetEndpoint({ servers: plan.targetServers, path: plan.basePath }) }
      : {}),
    ...Object.fromEntries(names.map((name) => [`apiproxy/policies/${name}.xml`, written[name] ?? ''])),
    'apiproxy/resources/jsc/mask-card-numbers.js': maskScript(revision.position),
    'apiproxy/resources/oas/openapi.yaml': openApi(plan, revision.position),
    ...plan.extraFiles,
  };
}

function guardPolicies(plan: ProxyPlan): Record<string, string> {
  switch (plan.guard) {
    case 'api-key':
      return { 'VA-Key': policies.verifyApiKey('VA-Key') };
    case 'oauth':
      return { 'OA-Verify': policies.verifyAccessToken('OA-Verify', `${domainOf(plan)}.read`) };
    case 'jwt':
      return { 'VJ-Issuer': policies.verifyJwt('VJ-Issuer', { issuer, audience: `https://api.acme-pay.example` }) };
    case 'token-endpoint':
      return {
        'OA-Issue': policies.generateAccessToken('OA-Issue', 1_800_000),
        'OA-Refresh': policies.refreshAccessToken('OA-Refresh', 1_800_000),
      };
  }
}

function calloutPolicies(plan: ProxyPlan): Record<string, string> {
  return Object.fromEntries(
    plan.sharedFlows.map((flow) => [`FC-${flow}`, policies.flowCallout(`FC-${flow}`, flow)] as const),
  );
}

function mapPolicies({ maps = [] }: ProxyPlan): Record<string, string> {
  return Object.fromEntries(maps.map((map) => [`KVM-${map}`, policies.readMap(`KVM-${map}`, map)] as const));
}

function trafficPolicies(plan: ProxyPlan, position: number): Record<string, string> {
  const headers: Record<string, string> = { 'x-api': plan.name, 'cache-control': 'no-store' };
  if (position >= 1) headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains';
  if (position >= 3) headers['x-terms'] = '"A & B" <https://acme-pay.example/terms>';
  return {
    'SA-Burst': policies.spikeArrest('SA-Burst', `${20 + 10 * Math.floor(position / 2)}ps`),
    'Q-Plan': policies.quota('Q-Plan', { count: 1000 + 250 * position, identifier: 'client_id' }),
    'AM-Response-Headers': policies.assignHeaders('AM-Response-Headers', headers),
    'JS-Mask-Card-Numbers': policies.javascript('JS-Mask-Card-Numbers', 'mask-card-numbers.js'),
  };
}

function domainOf(plan: ProxyPlan): string {
  return plan.name.split(/[-._]/u)[0] ?? plan.name;
}

function maskScript(position: number): string {
  const keep = position >= 2 ? 4 : 0;
  return [
    '// Card numbers never leave through a response body.',
    `var KEEP = ${keep};`,
    'var body = context.getVariable("response.content") || "";',
    'var masked = body.replace(/\\b\\d{13,19}\\b/g, function (digits) {',
    '  return "*".repeat(digits.length - KEEP) + digits.slice(digits.length - KEEP);',
    '});',
    'context.setVariable("response.content", masked);',
    '',
  ].join('\n');
}

function openApi(plan: ProxyPlan, position: number): string {
  const paths = ['/', '/{id}', '/{id}/events', '/search', '/export'].slice(
    0,
    2 + Math.min(3, Math.floor(position / 2)),
  );
  return [
    'openapi: 3.0.3',
    'info:',
    `  title: ${JSON.stringify(plan.displayName)}`,
    `  version: 1.${Math.floor(position / 2)}.0`,
    'servers:',
    `  - url: https://api.acme-pay.example${plan.basePath}`,
    'paths:',
    ...paths.flatMap((path) => [
      `  ${JSON.stringify(path)}:`,
      '    get:',
      `      operationId: get${path.replaceAll(/[^a-z]/gu, '') || 'all'}`,
      '      responses:',
      "        '200':",
      '          description: As asked',
    ]),
    '',
  ].join('\n');
}
