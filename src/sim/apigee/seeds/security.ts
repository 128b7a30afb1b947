import type { OrganizationSeed, SeedDocument } from '../organization-seed.ts';
import type { WreckTarget } from '../wreck-target.ts';
import { changeOf, pickAny, sampleName } from './mutation.ts';
import type { Change, Mutation, MutationScene } from './mutation.ts';
import { oddText } from './odd-text.ts';
import type { SeededRandom } from './random.ts';

type SecuritySeed = OrganizationSeed['security'];

const made = { createTime: '2024-11-05T09:00:00Z', updateTime: '2025-04-01T12:30:00.250Z' };
const revised = { revisionCreateTime: '2024-11-05T09:00:00Z', revisionUpdateTime: '2025-04-01T12:30:00Z' };
/** Later than any run of a simulator. */
const farOff = '2036-01-01T00:00:00Z';

/** Nothing of an organization's own. */
export const noSecurity: SecuritySeed = {
  profiles: [],
  riskProfiles: [],
  monitoringConditions: [],
  actions: [],
  actionsConfigs: [],
  feedback: [],
};

/** What the seeds' owners guard themselves with. */
export const security: SecuritySeed = {
  profiles: [
    {
      name: 'strict',
      environments: ['prod'],
      profile: {
        description: 'Everything that „Compliance“ asks for',
        displayName: 'Strict',
        profileConfig: {
          categories: [
            { abuse: {} },
            { authorization: {} },
            { cors: {} },
            { mediation: {} },
            { mtls: {} },
            { threat: {} },
          ],
        },
        scoringConfigs: [{ title: 'mTLS', description: 'counts double', scorePath: '/org@acme/envgroup@public' }],
        revisionId: '3',
        ...revised,
      },
      earlier: [
        { profileConfig: { categories: [{ threat: {} }] }, revisionCreateTime: revised.revisionCreateTime },
        {
          description: 'What „Compliance“ asked for first',
          profileConfig: { categories: [{ authorization: {} }, { threat: {} }, { abuse: {} }] },
          scoringConfigs: [{ title: 'mTLS', scorePath: '/org@acme/envgroup@public' }],
          ...revised,
        },
      ],
    },
    {
      name: 'light',
      environments: [],
      profile: { profileConfig: { categories: [{ threat: {} }] }, revisionId: '1', ...revised },
    },
    { name: 'default', environments: ['test'] },
  ],
  riskProfiles: [
    {
      name: 'payments',
      profile: {
        description: 'What matters where money moves',
        riskAssessmentType: 'APIGEE',
        profileAssessmentConfigs: {
          'auth-policies-check': { weight: 'MAJOR' },
          'cors-policies-check': { weight: 'MINOR' },
        },
        ...made,
      },
    },
    {
      name: 'hub-wide',
      profile: {
        riskAssessmentType: 'API_HUB',
        profileAssessmentConfigs: {
          'auth-policies-check': { weight: 'MODERATE', include: { gatewayTypes: ['APIGEE_X', 'APIGEE_EDGE'] } },
        },
        ...made,
      },
    },
  ],
  monitoringConditions: [
    {
      name: 'prod-everything',
      condition: { profile: 'payments', riskAssessmentType: 'APIGEE', scope: 'prod', includeAllResources: {}, ...made },
    },
    {
      name: 'test-payments',
      condition: {
        profile: 'payments',
        riskAssessmentType: 'APIGEE',
        scope: 'test',
        include: {
          resources: [
            { type: 'API_PROXY', name: 'payments-v1' },
            { type: 'API_PROXY', name: 'merchants-v1' },
          ],
        },
        totalDeployedResources: 7,
        totalMonitoredResources: 2,
        ...made,
      },
    },
    {
      name: 'hub-plugins',
      condition: {
        profile: 'hub-wide',
        riskAssessmentType: 'API_HUB',
        apiHubGateway: 'projects/acme/locations/europe-west1/plugins/x/instances/y',
        includeAllResources: {},
        ...made,
      },
    },
  ],
  actions: [
    action('prod', 'block-scrapers', {
      description: 'Until the contract is signed – "no exceptions"',
      state: 'ENABLED',
      deny: { responseCode: 429 },
      apiProxies: ['payments-v1', 'merchants-v1'],
      conditionConfig: {
        ipAddressRanges: ['198.51.100.0/24', '2001:db8::/32'],
        botReasons: ['Flooder', 'Robot Abuser'],
        httpMethods: ['POST', 'GET'],
        regionCodes: ['US', 'DE'],
        userAgents: ['scraper/1.0'],
        asns: ['64496', '23'],
      },
      expireTime: '2035-06-30T22:00:00.500Z',
    }),
    action('prod', 'flag-partners', {
      state: 'ENABLED',
      flag: {
        headers: [
          { name: 'x-flag', value: 'partner' },
          { name: 'x-a', value: '1' },
        ],
      },
      conditionConfig: {
        apiProducts: ['payments-standard'],
        developers: ['accounts@closed-hotel.example'],
        developerApps: ['Old loyalty'],
        apiKeys: ['flagged_key_0002', 'flagged_key_0001'],
        accessTokens: ['flagged_token_0001'],
      },
    }),
    action('prod', 'allow-office', {
      state: 'DISABLED',
      allow: {},
      conditionConfig: { ipAddressRanges: ['203.0.113.7'] },
    }),
    // It acted for a day.
    action('prod', 'lapsed', {
      state: 'ENABLED',
      deny: {},
      conditionConfig: { userAgents: ['old'] },
      expireTime: '2024-12-24T00:00:00Z',
    }),
  ],
  actionsConfigs: [
    { environment: 'prod', config: { enabled: true, updateTime: made.updateTime } },
    { environment: 'test', config: { enabled: false, updateTime: made.updateTime } },
  ],
  feedback: [
    {
      name: '0c5d2c8e-77a6-4a5f-8f3d-5a1b0c9d8e7f',
      feedback: {
        displayName: 'Load test',
        feedbackType: 'EXCLUDED_DETECTION',
        reason: 'PENETRATION_TEST',
        comment: 'every first Monday',
        feedbackContexts: [
          { attribute: 'ATTRIBUTE_IP_ADDRESS_RANGES', values: ['203.0.113.9', '203.0.113.8'] },
          { attribute: 'ATTRIBUTE_ENVIRONMENTS', values: ['prod', 'test'] },
        ],
        ...made,
      },
    },
  ],
};

function action(environment: string, name: string, fields: SeedDocument): SecuritySeed['actions'][number] {
  return { environment, name, action: { ...fields, ...made } };
}

/** Random guards over the given environments and proxies. */
export function generateSecurity(
  random: SeededRandom,
  environments: readonly string[],
  proxies: readonly string[],
): SecuritySeed {
  const categories = [{ abuse: {} }, { cors: {} }, { threat: {} }];
  const free = [...environments];
  const profiles = random.some(['strict', 'a', 'x-1'], random.integer(0, 3)).map((name) => ({
    name,
    environments: random.chance(0.6) ? free.splice(0, random.integer(0, free.length)) : [],
    profile: {
      ...(random.chance(0.5) ? { description: oddText(random) } : {}),
      profileConfig: { categories: random.some(categories, random.integer(1, 3)) },
      revisionId: '1',
      ...revised,
    },
  }));
  const riskProfiles = random.some(['payments', 'b-2'], random.integer(0, 2)).map((name) => ({
    name,
    profile: {
      riskAssessmentType: random.pick(['APIGEE', 'APIGEE', 'API_HUB']),
      profileAssessmentConfigs: { check: { weight: random.pick(['MINOR', 'MAJOR']) } },
      ...made,
    },
  }));
  const watching = riskProfiles.filter(({ profile }) => profile.riskAssessmentType === 'APIGEE');
  return {
    profiles,
    riskProfiles,
    monitoringConditions: watching.flatMap(({ name: profile }) =>
      environments.map((scope) => ({
        name: `${profile}-in-${scope}`,
        condition: {
          profile,
          scope,
          riskAssessmentType: 'APIGEE',
          ...(proxies.length === 0 || random.chance(0.5)
            ? { includeAllResources: {} }
            : { include: { resources: proxies.map((name) => ({ type: 'API_PROXY', name })) } }),
          ...made,
        },
      })),
    ),
    actions: environments.flatMap((environment) =>
      random.some(['deny-it', 'flag'], random.integer(0, 2)).map((name) =>
        action(environment, name, {
          state: random.pick(['ENABLED', 'DISABLED']),
          ...random.pick([
            { allow: {} },
            { deny: { responseCode: 403 } },
            { flag: { headers: [{ name: 'x', value: 'y' }] } },
          ]),
          ...(random.chance(0.5) ? { description: oddText(random), expireTime: farOff } : {}),
          ...(random.chance(0.3) ? { apiProxies: random.some(proxies, 2) } : {}),
          conditionConfig: {
            ipAddressRanges: ['192.0.2.2', '192.0.2.1'],
            apiKeys: [random.token(20), random.token(20)],
          },
        }),
      ),
    ),
    actionsConfigs: environments.map((environment) => ({ environment, config: { enabled: random.chance(0.5) } })),
    feedback: random.some(['one', 'two'], random.integer(0, 2)).map((name) => ({
      name,
      feedback: {
        feedbackType: 'EXCLUDED_DETECTION',
        ...(random.chance(0.5) ? { reason: 'NAT', comment: oddText(random) } : {}),
        feedbackContexts: [{ attribute: 'ATTRIBUTE_ENVIRONMENTS', values: ['b', 'a'] }],
        ...made,
      },
    })),
  };
}

/** Writes the seed's guards by the calls a client has; what has expired is left out. */
export function writeSecurity(target: WreckTarget, seed: SecuritySeed): void {
  for (const { name, profile, environments, earlier = [] } of seed.profiles) {
    const [first, ...later] = [...earlier, ...(profile === undefined ? [] : [profile])];
    if (first !== undefined) target.post(['securityProfiles'], first, { securityProfileId: name });
    const updateMask = 'description,displayName,profileConfig,scoringConfigs';
    for (const each of later) target.patch(['securityProfiles', name], each, { updateMask });
    for (const each of environments) target.post(['securityProfiles', name, 'environments'], { name: each });
  }
  for (const { name, profile } of seed.riskProfiles) {
    target.post(['securityProfilesV2'], profile, { securityProfileV2Id: name });
  }
  for (const { name, condition } of seed.monitoringConditions) {
    target.post(['securityMonitoringConditions'], condition, { securityMonitoringConditionId: name });
  }
  for (const { environment, name, action: each } of seed.actions.filter((one) => one.name !== 'lapsed')) {
    target.post(['environments', environment, 'securityActions'], each, { securityActionId: name });
  }
  for (const { environment, config } of seed.actionsConfigs) {
    target.patch(['environments', environment, 'securityActionsConfig'], config, { updateMask: 'enabled' });
  }
  for (const { name, feedback } of seed.feedback) {
    target.post(['securityFeedback'], feedback, { securityFeedbackId: name });
  }
}

/** A profile cut down, an environment that nobody scores any more, an action let go and another one switched on. */
export function wreckSecurity(target: WreckTarget): string[] {
  const damages: string[] = [];
  const profile = [...target.list(['securityProfiles'])].find((name) => name === 'strict');
  if (profile !== undefined) {
    const body = { profileConfig: { categories: [{ cors: {} }] } };
    target.patch(['securityProfiles', profile], body, { updateMask: 'profileConfig' });
    damages.push(`cut the security profile ${profile} down to CORS`);
    for (const environment of Array.from(target.list(['securityProfiles', profile, 'environments']))) {
      target.delete(['securityProfiles', profile, 'environments', environment]);
      damages.push(`detached ${environment} from the security profile ${profile}`);
    }
  }
  for (const environment of target.list(['environments'])) {
    const path = ['environments', environment, 'securityActions'];
    const names = [...target.list(path)].filter((name) => name !== 'lapsed');
    const [first, second] = names;
    if (first !== undefined) {
      const { state } = target.get([...path, first]);
      const other = state === 'ENABLED' ? 'DISABLED' : 'ENABLED';
      target.patch([...path, first], { state: other }, { updateMask: 'state' });
      damages.push(`set the security action ${first} in ${environment} to ${other}`);
    }
    if (second !== undefined) {
      target.delete([...path, second]);
      damages.push(`deleted the security action ${second} in ${environment}`);
    }
    const config = ['environments', environment, 'securityActionsConfig'];
    if (target.get(config)['enabled'] !== true) continue;
    target.patch(config, { enabled: false }, { updateMask: 'enabled' });
    damages.push(`switched security actions off in ${environment}`);
  }
  return damages;
}

function changeAction(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const environment = sampleName(scene, ['environments']);
  if (environment === undefined) return undefined;
  const actions = ['environments', environment, 'securityActions'];
  const name = pickAny(
    random,
    [...target.list(actions)].filter((each) => each !== 'lapsed'),
  );
  if (name === undefined || random.chance(0.3)) {
    const id = `added-${serial}`;
    const body = { state: 'ENABLED', deny: {}, conditionConfig: { userAgents: [serial] } };
    target.post(actions, body, { securityActionId: id });
    return changeOf('created', [...actions, id], `security action ${id} in ${environment}`);
  }
  const path = [...actions, name];
  if (random.chance(0.4)) {
    target.delete(path);
    return changeOf('deleted', path, `security action ${name} in ${environment}`);
  }
  const body = random.pick([
    { flag: { headers: [{ name: 'x-changed', value: serial }] } },
    { description: `${serial} ${oddText(random)}` },
    { conditionConfig: { apiKeys: [`key${serial}`], userAgents: ['x'] } },
    { expireTime: '2037-01-01T00:00:00Z' },
  ]);
  const effects = Object.keys(body).includes('flag') ? ['allow', 'deny'] : [];
  target.patch(path, body, { updateMask: [...Object.keys(body), ...effects].join(',') });
  return changeOf('updated', path, `${Object.keys(body).join()} of security action ${name} in ${environment}`);
}

function changeFeedback(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const name = pickAny(random, [...target.list(['securityFeedback'])]);
  if (name === undefined) return undefined;
  const path = ['securityFeedback', name];
  if (random.chance(0.5)) {
    target.delete(path);
    return changeOf('deleted', path, `security feedback ${name}`);
  }
  target.patch(path, { comment: serial }, { updateMask: 'comment' });
  return changeOf('updated', path, `comment of security feedback ${name}`);
}

function changeRiskProfile(scene: MutationScene): Change | undefined {
  const { random, serial, target } = scene;
  const condition = pickAny(random, [...target.list(['securityMonitoringConditions'])]);
  if (condition !== undefined && random.chance(0.5)) {
    const path = ['securityMonitoringConditions', condition];
    const body = { includeAllResources: {} };
    target.patch(path, body, { updateMask: 'include,include_all_resources' });
    return changeOf('updated', path, `resources of the monitoring condition ${condition}`);
  }
  const name = pickAny(random, [...target.list(['securityProfilesV2'])]);
  if (name === undefined) return undefined;
  const path = ['securityProfilesV2', name];
  const body = { description: serial, profileAssessmentConfigs: { other: { weight: 'MODERATE' } } };
  target.patch(path, body, { updateMask: 'description,profileAssessmentConfigs' });
  return changeOf('updated', path, `risk assessment profile ${name}`);
}

/** Mutations of security actions, feedback and risk assessment. */
export const securityMutations: readonly Mutation[] = [changeAction, changeAction, changeFeedback, changeRiskProfile];
