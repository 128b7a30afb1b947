import type { ProtectionTools } from '../../app/protection/make-protection-plan.ts';
import type { CommandContext } from '../command.ts';

/** What every action needs to speak to Azure. The audit trail is told as whom it does. */
export async function openProtectionTools({
  house,
  clock,
  progress,
  signal,
  audit,
}: CommandContext): Promise<ProtectionTools> {
  const azure = house.azure();
  const management = await azure.open();
  audit.note({ azureIdentity: management.describe() });
  return { azure: management, digester: await azure.digester(), clock, progress, signal };
}
