import type { StorageManagementClient } from '@azure/arm-storage';
import type { ArmChange } from '../app/ports/azure.ts';
import { InternalError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { groupOf, nameOf, subscriptionOf } from '../core/protection/arm-id.ts';
import type { AccountFacts, ArchivingRule, BlobServiceFacts, ContainerFacts } from '../core/protection/facts.ts';
import type { ArmClientOptions } from './arm-client.ts';
import { apiVersions } from './api-versions.ts';
import { translateArmError } from './arm-error.ts';
import { readAccount, readArchivingRules, readBlobService, readContainer } from './storage-readings.ts';

/** Storage accounts, through their own library. */
export class StorageManagement {
  readonly #options: ArmClientOptions;
  readonly #clients = new Map<string, Promise<StorageManagementClient>>();

  constructor(options: ArmClientOptions) {
    this.#options = options;
  }

  getAccount(id: string): Promise<AccountFacts> {
    return this.#call(id, 'read the storage account', async (client) =>
      readAccount(await client.storageAccounts.getProperties(groupOf(id), nameOf(id)), id),
    );
  }

  getBlobService(accountId: string): Promise<BlobServiceFacts> {
    const id = `${accountId}/blobServices/default`;
    return this.#call(id, 'read the blob service', async (client) =>
      readBlobService(await client.blobServices.getServiceProperties(groupOf(id), accountOf(id)), id),
    );
  }

  getContainer(accountId: string, name: string): Promise<ContainerFacts> {
    const id = `${accountId}/blobServices/default/containers/${name}`;
    return this.#call(id, 'read the container', async (client) =>
      readContainer(await client.blobContainers.get(groupOf(id), accountOf(id), name), id),
    );
  }

  async listArchivingRules(accountId: string): Promise<readonly ArchivingRule[]> {
    const id = `${accountId}/managementPolicies/default`;
    return this.#call(id, 'read the lifecycle rules', async (client) => {
      try {
        return readArchivingRules(await client.managementPolicies.get(groupOf(id), accountOf(id), 'default'));
      } catch (error) {
        if (isStatus(error, 404, 'ManagementPolicyNotFound')) return [];
        throw error;
      }
    });
  }

  deleteContainer(accountId: string, name: string): Promise<void> {
    const id = `${accountId}/blobServices/default/containers/${name}`;
    return this.#call(id, 'delete the container', (client) =>
      client.blobContainers.delete(groupOf(id), accountOf(id), name),
    );
  }

  /** Sends a change of a plan; InternalError for one that no step of ours makes. */
  async send({ method, path, body, ifMatch }: ArmChange): Promise<void> {
    const properties = propertiesOf(body);
    const [group, account] = [groupOf(path), accountOf(path)];
    if (method === 'PUT' && /\/blobServices\/default$/i.test(path)) {
      await this.#call(path, 'change the blob service', (client) =>
        client.blobServices.setServiceProperties(group, account, properties),
      );
      return;
    }
    const [, container = '', verb] =
      /\/containers\/([^/]+)\/immutabilityPolicies\/default(?:\/(lock|extend))?$/i.exec(path) ?? [];
    if (container === '') throw new InternalError(`No step changes ${path}.`);
    if (verb === undefined) {
      await this.#call(path, 'set the immutability of the container', (client) =>
        client.blobContainers.createOrUpdateImmutabilityPolicy(group, account, container, {
          parameters: properties,
          ...(ifMatch === undefined ? {} : { ifMatch }),
        }),
      );
    } else if (verb === 'lock') {
      await this.#call(path, 'lock the immutability of the container', (client) =>
        client.blobContainers.lockImmutabilityPolicy(group, account, container, ifMatch ?? ''),
      );
    } else {
      await this.#call(path, 'extend the immutability of the container', (client) =>
        client.blobContainers.extendImmutabilityPolicy(group, account, container, ifMatch ?? '', {
          parameters: properties,
        }),
      );
    }
  }

  async #call<T>(id: string, operation: string, act: (client: StorageManagementClient) => Promise<T>): Promise<T> {
    try {
      return await act(await this.#client(subscriptionOf(id)));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw translateArmError(error, { operation: `${operation} ${nameOf(id)}`, resource: id });
    }
  }

  #client(subscription: string): Promise<StorageManagementClient> {
    const known = this.#clients.get(subscription);
    if (known !== undefined) return known;
    const { endpoint, httpClient, credential } = this.#options;
    const made = import('@azure/arm-storage').then(
      (library) =>
        new library.StorageManagementClient(credential, subscription, {
          endpoint,
          httpClient,
          apiVersion: apiVersions.storage,
          retryOptions: { maxRetries: 0 },
          userAgentOptions: { userAgentPrefix: 'holdfast' },
          credentials: { scopes: [`${endpoint}/.default`] },
        }),
    );
    this.#clients.set(subscription, made);
    return made;
  }
}

function accountOf(id: string): string {
  return /\/storageAccounts\/([^/]+)/i.exec(id)?.[1] ?? '';
}

function propertiesOf(body: JsonObject | undefined): JsonObject {
  const properties = body?.['properties'];
  return isJsonObject(properties) ? properties : {};
}

function isStatus(error: unknown, status: number, code: string): boolean {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    error.statusCode === status &&
    'code' in error &&
    error.code === code
  );
}
