import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelledRoutes } from './kinds/routes.ts';
import { permissionsOf } from './method-permissions.ts';

/** Nouns of the predefined role, each with its verbs. */
const EVERYTHING = `
addonsconfig get update
apiproductattributes createOrUpdateAll delete get list update
apiproducts create delete get list update
appgroupapps create delete get list manage
appgroupbalances adjust get update
appgroupmonetizationconfigs get update
appgroups create delete get list update
appgroupsubscriptions create get list update
appkeys create delete get manage
apps get list
archivedeployments create delete download get list update upload
caches delete list
canaryevaluations create get
datacollectors create delete get list update
datalocation get
datastores create delete get list update
deployments create delete get getIamPolicy invoke list setIamPolicy update
developerappattributes createOrUpdateAll delete get list update
developerapps create delete get list manage
developerattributes createOrUpdateAll delete get list update
developerbalances adjust get update
developermonetizationconfigs get update
developers create delete get list update
developersubscriptions create get list update
dnsZones create delete get list
endpointattachments create delete get list
entitlements get
envgroupattachments create delete get list
envgroups create delete get list update
environments create delete get getDataLocation getIamPolicy getStats list manageRuntime setIamPolicy update
exports create get list
flowhooks attachSharedFlow detachSharedFlow getSharedFlow list
hostqueries create get list
hostsecurityreports create get list
hoststats get
ingressconfigs get
instanceattachments create delete get list
instances create delete get list reportStatus update
keystorealiases create delete exportCertificate generateCSR get list update
keystores create delete export get list
keyvaluemapentries create delete get list update
keyvaluemaps create delete get list update
maskconfigs get update
nataddresses activate create delete get list
operations get list
organizations create delete get list update
portals create delete get list update
projectorganizations get
projects migrate previewMigration update
proxies create delete get list update
proxyrevisions delete deploy get list undeploy update
queries create get list
rateplans create delete get list update
references create delete get list update
reports create delete get list update
resourcefiles create delete get list update
runtimeconfigs get
securityActions create get list update
securityActionsConfig get update
securityAssessmentResults compute
securityFeedback create delete get list update
securityIncidents get list update
securityMonitoringConditions create delete get list update
securityProfileEnvironments computeScore create delete
securityProfiles create delete get list update
securityProfilesV2 create delete get list update
securitySettings get update
securityStats queryTabularStats queryTimeSeriesStats
securityreports create get list
setupcontexts get update
sharedflowrevisions delete deploy get list undeploy update
sharedflows create delete get list
spaces create delete get getIamPolicy list setIamPolicy update
targetservers create delete get list update
traceconfig get update
traceconfigoverrides create delete get list update
tracesessions create delete get list
`;

test('every method that is modelled takes permissions that there are', () => {
  const known = new Set(
    EVERYTHING.trim()
      .split('\n')
      .flatMap((line) => {
        const [noun = '', ...verbs] = line.split(' ');
        return verbs.map((verb) => `${noun}.${verb}`);
      }),
  );
  assert.equal(known.size, 304);
  const wrong = modelledRoutes.flatMap(({ id }) =>
    permissionsOf(id, /create|update|patch|delete/i.test(id))
      .filter((permission) => !known.has(permission))
      .map((permission) => `${id} takes ${permission}`),
  );
  assert.deepEqual(wrong, []);
});
