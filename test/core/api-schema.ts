import { schemaTable } from '../../src/sim/apigee/schema-table.ts';

type Schema = { readonly [field: string]: string };

/** What the simulator takes no body of: the service only answers it, or it is put together from more than one answer. */
const answered: { readonly [schema: string]: Schema } = {
  ArchiveFile: { content: 's', contentBase64: 's', path: 's' },
  PortalSite: { id: 's~', name: 's~' },
  Alias: { alias: 's', certsInfo: '@Certificate', type: 'e:ALIAS_TYPE_UNSPECIFIED|CERT|KEY_CERT' },
  CertInfo: {
    basicConstraints: 's',
    expiryDate: 'l',
    isValid: 's',
    issuer: 's',
    publicKey: 's',
    serialNumber: 's',
    sigAlgName: 's',
    subject: 's',
    subjectAlternativeNames: '[s',
    validFrom: 'l',
    version: 'i',
  },
  Certificate: { certInfo: '[@CertInfo' },
  Deployment: {
    apiProxy: 's',
    deployStartTime: 'l',
    environment: 's',
    errors: '[@RpcStatus',
    instances: '[@InstanceDeploymentStatus',
    pods: '[@PodStatus',
    proxyDeploymentType: 'e:PROXY_DEPLOYMENT_TYPE_UNSPECIFIED|STANDARD|EXTENSIBLE~',
    revision: 's',
    routeConflicts: '[@DeploymentChangeReportRoutingConflict',
    serviceAccount: 's',
    state: 'e:RUNTIME_STATE_UNSPECIFIED|READY|PROGRESSING|ERROR',
  },
  DeploymentChangeReportRoutingConflict: {
    conflictingDeployment: '@DeploymentChangeReportRoutingDeployment',
    description: 's',
    environmentGroup: 's',
  },
  DeploymentChangeReportRoutingDeployment: { apiProxy: 's', basepath: 's', environment: 's', revision: 's' },
  InstanceDeploymentStatus: {
    deployedRevisions: '[@InstanceDeploymentStatusDeployedRevision',
    deployedRoutes: '[@InstanceDeploymentStatusDeployedRoute',
    instance: 's',
  },
  InstanceDeploymentStatusDeployedRevision: { percentage: 'i', revision: 's' },
  InstanceDeploymentStatusDeployedRoute: { basepath: 's', envgroup: 's', environment: 's', percentage: 'i' },
  PodStatus: {
    appVersion: 's',
    deploymentStatus: 's',
    deploymentStatusTime: 'l',
    deploymentTime: 'l',
    podName: 's',
    podStatus: 's',
    podStatusTime: 'l',
    statusCode: 's',
    statusCodeDetails: 's',
  },
  RpcStatus: { code: 'i', details: '[{*', message: 's' },
  SharedFlow: { latestRevisionId: 's', metaData: '@EntityMetadata', name: 's', revision: '[s', space: 's' },
};

/** Of a field's code only what is said of answers: its type, and that it is read-only. */
function asAnswered(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).map(([field, code]) => [field, code.replace(/[!<^]/g, '')]));
}

/**
 * The schemas of the captured kinds and of all they refer to, as the API description has them; codes as in `schema-table.ts`. Throws for
 * a name that is none.
 */
export function apiSchema(name: string): Schema {
  const schema = answered[name] ?? schemaTable[name];
  if (schema === undefined) throw new Error(`no schema ${name}`);
  // The files stand in the zip and not in the answer.
  return { ...asAnswered(schema), ...(name === 'ArchiveDeployment' ? { files: '[@ArchiveFile' } : {}) };
}
