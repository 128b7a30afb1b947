import type { AzureManagement } from '../app/ports/azure.ts';
import type { AzureHouse } from '../cli/house.ts';
import { UserError } from '../core/errors.ts';
import type { Hasher } from '../core/hasher.ts';
import { groupId, resourceId } from '../core/protection/arm-id.ts';
import { type ProtectionSettings, STORAGE_ACCOUNT } from '../core/protection/settings.ts';
import type { ProtectionConfig } from '../platform/protection-config.ts';
import { systemRandom } from '../platform/random.ts';
import type { Foundation } from './foundation.ts';

const usual = {
  redundancy: 'GeoRedundant',
  softDeleteDays: 14,
  policy: { name: 'holdfast', schedule: 'daily', day: 'Sunday', at: '02:00', retentionDays: 30 },
  storageDays: 30,
  epochDays: 31,
  guaranteedDays: 30,
  replicationMarginMinutes: 60,
} as const;

interface Place {
  readonly account: string;
  readonly containers: readonly string[];
  /** Undefined where the vault is not in Azure. */
  readonly vaultContainer: string | undefined;
}

/** Protection of another place than the vault's would look good and protect nothing. */
function assertCovers(
  { account, containers }: Omit<Place, 'vaultContainer'>,
  vault: { readonly account: string | undefined; readonly container: string | undefined },
): void {
  const isElsewhere = vault.account !== undefined && vault.account !== account;
  if (!isElsewhere && (vault.container === undefined || containers.includes(vault.container))) return;
  const what = isElsewhere ? `the storage account ${vault.account}` : `the container ${vault.container}`;
  throw new UserError({
    code: 'CONFIG_INVALID',
    message: `The section \`protect\` leaves the vault out: the vault is in ${what}, and protected are ${containers.join(', ')} of ${account}.`,
    next: 'Correct protect.storageAccount and protect.containers in holdfast.yaml, or leave them away: they are then those of the vault.',
  });
}

/** Azure Resource Manager and what the configuration says about the vault's protection. */
export class AzureParts implements AzureHouse {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  async open(options: { readonly signal?: AbortSignal } = {}): Promise<AzureManagement> {
    const { environment, clock } = this.#base.surroundings;
    const { signal = this.#base.surroundings.signal } = options;
    const { createAzureManagement } = await import('../azure/azure-management.ts');
    const { describeAzureIdentity } = await import('../identity/azure-credential.ts');
    return createAzureManagement({
      credential: this.#base.identities.azureCredential,
      identity: describeAzureIdentity(this.#base.settings.identity?.azure),
      address: environment['HOLDFAST_AZURE_MANAGEMENT_ENDPOINT'] || undefined,
      clock,
      random: systemRandom,
      signal,
    });
  }

  async digester(): Promise<Pick<Hasher, 'digest'>> {
    const { createHasher } = await import('../vault/hasher.ts');
    return createHasher(undefined);
  }

  async protection(): Promise<ProtectionSettings> {
    const { protect } = this.#base.settings;
    if (protect === undefined) {
      throw new UserError({
        code: 'CONFIG_INVALID',
        message: 'The configuration has no section `protect`, so it is not known how Azure is to protect the vault.',
        next: 'Write it into holdfast.yaml: subscription, resourceGroup and vault.name at least; docs/azure-backup.md shows one.',
      });
    }
    return this.#complete(protect);
  }

  async #complete(protect: ProtectionConfig): Promise<ProtectionSettings> {
    const { subscription, resourceGroup, location, storageResourceGroup, vault, policy, storage, immutability } =
      protect;
    const place = await this.#place(protect);
    return {
      subscription,
      resourceGroup,
      location,
      account: { name: place.account, resourceGroup: storageResourceGroup ?? resourceGroup },
      containers: place.containers,
      vaultContainer: place.vaultContainer,
      vault: {
        name: vault.name,
        redundancy: vault.redundancy ?? usual.redundancy,
        softDeleteDays: vault.softDeleteDays ?? usual.softDeleteDays,
      },
      policy: {
        name: policy?.name ?? usual.policy.name,
        every: (policy?.schedule ?? usual.policy.schedule) === 'daily' ? 'day' : 'week',
        day: policy?.day ?? usual.policy.day,
        at: policy?.at ?? usual.policy.at,
        retentionDays: policy?.retentionDays ?? usual.policy.retentionDays,
      },
      blobSoftDeleteDays: storage?.blobSoftDeleteDays ?? usual.storageDays,
      containerSoftDeleteDays: storage?.containerSoftDeleteDays ?? usual.storageDays,
      immutability: {
        epochDays: immutability?.epochDays ?? usual.epochDays,
        guaranteedDays: immutability?.guaranteedDays ?? usual.guaranteedDays,
      },
      drillAccountId: drillAccountOf(protect),
      guardId: protect.guard,
      replicationMarginMinutes: protect.replicationMarginMinutes ?? usual.replicationMarginMinutes,
    };
  }

  /** Account and containers, as the section says them or as the vault's address does. */
  async #place({ storageAccount, containers }: ProtectionConfig): Promise<Place> {
    const address = this.#base.settings.vault === undefined ? undefined : await this.#base.vaultAddress();
    const found = address?.type === 'azure' ? address : undefined;
    const ofVault = { account: found?.account?.split('.')[0], container: found?.container };
    const account = storageAccount ?? ofVault.account;
    const all = containers ?? (found === undefined ? undefined : [found.container]);
    if (account !== undefined && all !== undefined) {
      assertCovers({ account, containers: all }, ofVault);
      return { account, containers: all, vaultContainer: ofVault.container };
    }
    const missing = account === undefined ? 'protect.storageAccount' : 'protect.containers';
    throw new UserError({
      code: 'CONFIG_INVALID',
      message: `It is not known what Azure is to protect: ${missing} is not set, and the vault is no az://ACCOUNT/CONTAINER.`,
      next: `Write ${missing} into holdfast.yaml, or name the vault as az://ACCOUNT/CONTAINER.`,
    });
  }
}

function drillAccountOf({ drill, subscription, resourceGroup }: ProtectionConfig): string | undefined {
  if (drill === undefined) return undefined;
  const group = groupId(drill.subscription ?? subscription, drill.resourceGroup ?? resourceGroup);
  return resourceId(group, STORAGE_ACCOUNT, drill.storageAccount);
}
