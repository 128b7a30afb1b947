import type { TokenCredential } from '@azure/core-auth';
import type { ArmChange, AzureManagement } from '../app/ports/azure.ts';
import { RemoteError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { nameOf } from '../core/protection/arm-id.ts';
import type { BackupJobFacts } from '../core/protection/facts.ts';
import { restoreBody } from '../core/protection/restore-body.ts';
import { ArmClient, type ArmClientOptions } from './arm-client.ts';
import { apiVersions } from './api-versions.ts';
import { type ArmHttpOptions, openArmEndpoint } from './arm-http-client.ts';
import { AuthorizationManagement } from './authorization-management.ts';
import {
  readDeletedInstance,
  readGuard,
  readGuardProxy,
  readInstance,
  readJob,
  readJobId,
  readPolicy,
  readRecoveryPoint,
  readRecoveryServicesVault,
  readUnlock,
  readVault,
} from './data-protection-answers.ts';
import { StorageManagement } from './storage-management.ts';

export interface AzureManagementOptions extends ArmHttpOptions {
  readonly credential: TokenCredential;
  /** Who that is, in words. */
  readonly identity: string;
  /** The public one without it; plain http to this machine only. */
  readonly address?: string | undefined;
}

const JOB_POLL_MS = 30_000;
const apiVersion = apiVersions.dataProtection;

/** Azure Resource Manager for backups: data protection by a client of our own, storage and roles by their libraries. */
export function createAzureManagement(options: AzureManagementOptions): AzureManagement {
  const { credential, clock, signal } = options;
  const reached: ArmClientOptions = { ...openArmEndpoint(options.address, options), credential, clock, signal };
  const arm = new ArmClient(reached);
  const storage = new StorageManagement(reached);
  const authorization = new AuthorizationManagement(reached);
  return {
    describe: () => options.identity,
    getAccount: (id) => storage.getAccount(id),
    getBlobService: (id) => storage.getBlobService(id),
    getContainer: (id, name) => storage.getContainer(id, name),
    listArchivingRules: (id) => storage.listArchivingRules(id),
    deleteContainer: (id, name) => storage.deleteContainer(id, name),
    listRoleAssignments: (scope) => authorization.listRoleAssignments(scope),
    listRolesOf: (scope, principalId) => authorization.listRolesOf(scope, principalId),
    getRoleDefinition: (scope, roleId) => authorization.getRoleDefinition(scope, roleId),
    ...readingsOf(arm),
    ...actsOf(arm, reached),
    async send(change) {
      if (/\/providers\/Microsoft\.Authorization\//i.test(change.path)) return authorization.send(change);
      if (/\/providers\/Microsoft\.Storage\//i.test(change.path)) return storage.send(change);
      await sendToDataProtection(arm, change);
    },
  };
}

type Readings =
  | 'getVault'
  | 'getPolicy'
  | 'getInstance'
  | 'listInstances'
  | 'listInstancesOf'
  | 'listDeletedInstances'
  | 'listRecoveryPoints'
  | 'listJobs'
  | 'getJob'
  | 'listGuardProxies'
  | 'getGuard'
  | 'getRecoveryServicesVault';

function readingsOf(arm: ArmClient): Pick<AzureManagement, Readings> {
  const get = async <T>(path: string, what: string, read: (answer: unknown, path: string) => T): Promise<T> =>
    read(await arm.get({ path, apiVersion, operation: `read the ${what} ${nameOf(path)}` }), path);
  const list = async <T>(path: string, what: string, read: (answer: unknown, path: string) => T): Promise<T[]> =>
    (await arm.list({ path, apiVersion, operation: `list the ${what}` })).map((one) => read(one, path));
  return {
    getVault: (id) => get(id, 'Backup vault', readVault),
    getPolicy: (id) => get(id, 'backup policy', readPolicy),
    getInstance: (id) => get(id, 'backup instance', readInstance),
    listInstances: (vaultId) => list(`${vaultId}/backupInstances`, 'backup instances', readInstance),
    listInstancesOf: (accountId) =>
      list(
        `${accountId}/providers/Microsoft.DataProtection/backupInstances`,
        'backup instances of the account',
        readInstance,
      ),
    listDeletedInstances: (vaultId) =>
      list(`${vaultId}/deletedBackupInstances`, 'soft-deleted instances', readDeletedInstance),
    listRecoveryPoints: async (instanceId) =>
      (await list(`${instanceId}/recoveryPoints`, 'recovery points', readRecoveryPoint)).toSorted((a, b) =>
        newestFirst(a.time, b.time),
      ),
    listJobs: async (vaultId) =>
      (await list(`${vaultId}/backupJobs`, 'jobs', readJob)).toSorted((a, b) => newestFirst(a.startedAt, b.startedAt)),
    getJob: (id) => get(id, 'job', readJob),
    listGuardProxies: (vaultId) =>
      list(`${vaultId}/backupResourceGuardProxies`, 'resource guards of the vault', readGuardProxy),
    getGuard: (id) => get(id, 'resource guard', readGuard),
    getRecoveryServicesVault: async (path) => {
      const operation = `read the Recovery Services vault ${nameOf(path)}`;
      const answer = await arm.get({ path, apiVersion: apiVersions.recoveryServices, operation });
      return readRecoveryServicesVault(answer, path);
    },
  };
}

function newestFirst(a: string, b: string): number {
  return Date.parse(b) - Date.parse(a);
}

type Acts =
  | 'validateForBackup'
  | 'startBackup'
  | 'validateRestore'
  | 'startRestore'
  | 'awaitJob'
  | 'undelete'
  | 'resumeProtection'
  | 'unlockDelete';

function actsOf(arm: ArmClient, { clock, signal }: ArmClientOptions): Pick<AzureManagement, Acts> {
  const post = (path: string, operation: string, body?: JsonObject): Promise<unknown> =>
    arm.operate({ method: 'POST', path, apiVersion, operation, ...(body === undefined ? {} : { body }) });
  const { getJob } = readingsOf(arm);
  return {
    async validateForBackup(vaultId, instance) {
      const operation = 'validate the backup of the storage account';
      await post(`${vaultId}/validateForBackup`, operation, { backupInstance: instance });
    },
    async startBackup(id, ruleName) {
      const body = { backupRuleOptions: { ruleName, triggerOption: { retentionTagOverride: 'Default' } } };
      return readJobId(await post(`${id}/backup`, 'start a backup', body), id);
    },
    async validateRestore(request) {
      const body = { restoreRequestObject: restoreBody(request) };
      await post(`${request.instanceId}/validateRestore`, 'validate the restore', body);
    },
    async startRestore(request) {
      const id = request.instanceId;
      return readJobId(await post(`${id}/restore`, 'start the restore', restoreBody(request)), id);
    },
    async awaitJob(id, { timeoutMs, pollMs = JOB_POLL_MS, onPoll }) {
      const deadlineMs = clock.monotonicMs() + timeoutMs;
      for (;;) {
        const job = await getJob(id);
        onPoll?.(job);
        if (hasEnded(job)) return job;
        if (clock.monotonicMs() + pollMs > deadlineMs) throw jobTimeout(job, timeoutMs);
        await clock.sleep(pollMs, signal);
      }
    },
    async undelete(id) {
      await post(`${id}/undelete`, `undelete the backup instance ${nameOf(id)}`);
    },
    async resumeProtection(id) {
      await post(`${id}/resumeProtection`, `resume the protection of ${nameOf(id)}`);
    },
    async unlockDelete(proxyId, { guardRequests, target }) {
      const body = { resourceGuardOperationRequests: guardRequests, resourceToBeDeleted: target };
      const operation = 'unlock a delete that the resource guard protects';
      const path = `${proxyId}/unlockDelete`;
      return readUnlock(await arm.call({ method: 'POST', path, apiVersion, body, operation }), proxyId);
    },
  };
}

async function sendToDataProtection(arm: ArmClient, { method, path, body, ifMatch }: ArmChange): Promise<void> {
  const isInstance = method === 'PUT' && /\/backupInstances\/[^/]+$/i.test(path);
  await arm.operate({
    method,
    path,
    apiVersion: isInstance ? apiVersions.backupInstanceWrite : apiVersion,
    operation: `${method === 'PUT' ? 'write' : method === 'PATCH' ? 'change' : 'act on'} ${nameOf(path)}`,
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
  });
}

function hasEnded({ status }: BackupJobFacts): boolean {
  return !['InProgress', 'Cancelling', 'Paused'].includes(status);
}

function jobTimeout({ id, category, status }: BackupJobFacts, timeoutMs: number): RemoteError {
  return new RemoteError({
    code: 'OPERATION_TIMEOUT',
    message: `The ${category.toLowerCase()} job ${nameOf(id)} is still ${status} after ${Math.round(timeoutMs / 60_000)} minutes; it may still end well.`,
    operation: 'wait for the job',
    resource: id,
    next: 'Look again later: `holdfast protect status` shows the newest job.',
  });
}
