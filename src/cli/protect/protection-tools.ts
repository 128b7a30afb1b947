import type { ProtectionTools } from '../../app/protection/make-protection-plan.ts';
import type { CommandContext } from '../command.ts';

/** What every action needs to speak to Azure. */
export async function openProtectionTools({
  house,
  clock,
  progress,
  signal,
}: CommandContext): Promise<ProtectionTools> {
  const azure = house.azure();
  return { azure: await azure.open(), digester: await azure.digester(), clock, progress, signal };
}
