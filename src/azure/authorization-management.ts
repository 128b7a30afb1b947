import type { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { ArmChange } from '../app/ports/azure.ts';
import { InternalError } from '../core/errors.ts';
import { isJsonObject, stringField } from '../core/json.ts';
import { nameOf, subscriptionOf } from '../core/protection/arm-id.ts';
import type { RoleAssignmentFacts, RoleDefinitionFacts } from '../core/protection/facts.ts';
import type { ArmClientOptions } from './arm-client.ts';
import { translateArmError } from './arm-error.ts';

/** Role assignments and definitions, through their own library. */
export class AuthorizationManagement {
  readonly #options: ArmClientOptions;
  readonly #clients = new Map<string, Promise<AuthorizationManagementClient>>();

  constructor(options: ArmClientOptions) {
    this.#options = options;
  }

  listRoleAssignments(scope: string): Promise<readonly RoleAssignmentFacts[]> {
    return this.#list(scope, 'atScope()');
  }

  listRolesOf(scope: string, principalId: string): Promise<readonly RoleAssignmentFacts[]> {
    return this.#list(scope, `atScope() and assignedTo('${principalId.replaceAll("'", "''")}')`);
  }

  #list(scope: string, filter: string): Promise<readonly RoleAssignmentFacts[]> {
    return this.#call(scope, 'list the role assignments of', async (client) => {
      const assignments: RoleAssignmentFacts[] = [];
      const at = scope.replace(/^\//, '');
      for await (const one of client.roleAssignments.listForScope(at, { filter })) {
        assignments.push({
          id: one.id ?? '',
          scope: one.scope ?? '',
          roleId: nameOf(one.roleDefinitionId ?? ''),
          principalId: one.principalId ?? '',
          principalType: one.principalType,
          hasCondition: one.condition !== undefined && one.condition !== '',
        });
      }
      return assignments;
    });
  }

  getRoleDefinition(scope: string, roleId: string): Promise<RoleDefinitionFacts> {
    return this.#call(scope, 'read a role definition at', async (client) => {
      const {
        id = '',
        roleName = '',
        permissions = [],
      } = await client.roleDefinitions.get(scope.replace(/^\//, ''), roleId);
      return {
        id,
        name: roleName,
        actions: permissions.flatMap(({ actions = [] }) => actions),
        notActions: permissions.flatMap(({ notActions = [] }) => notActions),
        dataActions: permissions.flatMap(({ dataActions = [] }) => dataActions),
        notDataActions: permissions.flatMap(({ notDataActions = [] }) => notDataActions),
      };
    });
  }

  /** Makes the role assignment of a plan's step; that it is there already is no failure. */
  async send({ path, body }: ArmChange): Promise<void> {
    const properties = body?.['properties'];
    const [, scope = '', name = ''] =
      /^\/(.+)\/providers\/Microsoft\.Authorization\/roleAssignments\/([^/]+)$/i.exec(path) ?? [];
    if (!isJsonObject(properties) || name === '') throw new InternalError(`No step changes ${path}.`);
    await this.#call(path, 'assign a role at', async (client) => {
      try {
        await client.roleAssignments.create(scope, name, {
          roleDefinitionId: stringField(properties, 'roleDefinitionId') ?? '',
          principalId: stringField(properties, 'principalId') ?? '',
          // Without the kind Azure looks for the principal, which may be too new to be found.
          principalType: 'ServicePrincipal',
          description: stringField(properties, 'description') ?? '',
        });
      } catch (error) {
        const isThere = error instanceof Error && 'code' in error && error.code === 'RoleAssignmentExists';
        if (!isThere) throw error;
      }
    });
  }

  async #call<T>(
    scope: string,
    operation: string,
    act: (client: AuthorizationManagementClient) => Promise<T>,
  ): Promise<T> {
    try {
      return await act(await this.#client(subscriptionOf(scope)));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw translateArmError(error, { operation: `${operation} ${nameOf(scope)}`, resource: scope });
    }
  }

  #client(subscription: string): Promise<AuthorizationManagementClient> {
    const known = this.#clients.get(subscription);
    if (known !== undefined) return known;
    const { endpoint, httpClient, credential } = this.#options;
    const made = import('@azure/arm-authorization').then(
      (library) =>
        new library.AuthorizationManagementClient(credential, subscription, {
          endpoint,
          httpClient,
          retryOptions: { maxRetries: 0 },
          userAgentOptions: { userAgentPrefix: 'holdfast' },
          credentialScopes: `${endpoint}/.default`,
        }),
    );
    this.#clients.set(subscription, made);
    return made;
  }
}
