import { createHash } from 'node:crypto';
import type { Document } from './document.ts';
import type { Meaning } from './dump-analytics.ts';
import type { DumpLine } from './dump.ts';
import { googlesProfile } from './kinds/security-profile.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** What an organization guards itself with; what Google defines only with what is attached to it. */
export function* securityLines({ store }: SimulatedOrganization, meaning: Meaning): Generator<DumpLine> {
  const own = ({ name: _, createTime: __, updateTime: ___, ...rest }: Document): Document => rest;
  for (const item of store.list('securityprofile', '')) {
    const { revisionId: _, revisionCreateTime: __, revisionUpdateTime: ___, ...profile } = item.read();
    if (item.name !== googlesProfile) {
      yield { kind: 'security profile', key: item.name, value: { ...meaning(profile), ...presence(profile) } };
      const revisions = [item, ...store.list('securityprofilerevision', item.name)].map((one) => one.read());
      for (const digest of [...new Set(revisions.map(profileDigest))].sort()) {
        yield { kind: 'security profile revision', key: `${item.name}/${digest}`, value: {} };
      }
    }
    for (const environment of store.list('profileenvironment', item.name)) {
      yield { kind: 'environment of a security profile', key: `${item.name}/${environment.name}`, value: {} };
    }
  }
  for (const type of ['APIGEE', 'API_HUB']) {
    for (const item of store.list('riskprofile', type)) {
      const profile = item.read();
      if (profile['googleDefined'] === true) continue;
      yield { kind: 'risk assessment profile', key: `${type}/${item.name}`, value: meaning(own(profile)) };
    }
    for (const item of store.list('monitoringcondition', type)) {
      const { totalDeployedResources: _, totalMonitoredResources: __, ...condition } = own(item.read());
      const value = { ...meaning(condition), ...presence(condition) };
      yield { kind: 'security monitoring condition', key: `${type}/${item.name}`, value };
    }
  }
  for (const { name: environment } of store.list('environment', '')) {
    for (const item of store.list('securityaction', environment)) {
      const action = own(item.read());
      const expires = typeof action['expireTime'] === 'string' ? { expireTime: Date.parse(action['expireTime']) } : {};
      // Of all states this alone is a client's.
      const value = { ...meaning({ ...action, ...expires }), ...presence(action), state: action['state'] };
      yield { kind: 'security action', key: `${environment}/${item.name}`, value };
    }
    if (store.find('securityactionsconfig', environment, '')?.['enabled'] !== true) continue;
    yield { kind: 'switch of security actions', key: environment, value: {} };
  }
  for (const item of store.list('securityfeedback', '')) {
    yield { kind: 'security feedback', key: item.name, value: meaning(own(item.read())) };
  }
}

/** Equal for revisions of a security profile that say the same. */
export function profileDigest(revision: Document): string {
  const { description = '', displayName = '', scoringConfigs = [] } = revision;
  const scorings = (Array.isArray(scoringConfigs) ? scoringConfigs : []).map((one) => JSON.stringify(one)).sort();
  const said = [description, displayName, scorings, presence(revision)['categories'] ?? []];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 12);
}

/** Messages without fields, whose presence is all they say. */
function presence(document: Document): Document {
  const { profileConfig, ...rest } = document;
  const empty = Object.keys(rest).filter((field) => JSON.stringify(rest[field]) === '{}');
  return {
    ...Object.fromEntries(empty.map((field) => [field, {}])),
    ...(profileConfig === undefined
      ? {}
      : {
          categories: JSON.stringify(profileConfig)
            .match(/\w+(?=":\{\})/g)
            ?.sort(),
        }),
  };
}
