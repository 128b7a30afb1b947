import type { Simulator, SimulatorOptions } from '../cli/house.ts';
import { UserError } from '../core/errors.ts';

const MOST_CLIENTS = 5_000;

/** Starts the Apigee simulator. UserError `USAGE` for a port that cannot be had. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seedNames, startApigeeSimulator } = await import('../sim/apigee/index.ts');
  const { findWorkingClients } = await import('../sim/apigee/working-clients.ts');
  const seed = seedNames.find((name) => name === options.seed) ?? 'small';
  const { organization, port, latencyMs, quotaPerMinute } = options;
  const { simulator, url, close } = await startApigeeSimulator({
    organization,
    seed,
    port,
    latencyMs,
    ...(quotaPerMinute === 'unlimited' ? {} : { quotaPerMinute }),
  }).catch((error: unknown) => {
    throw portError(error, port) ?? error;
  });
  return {
    url,
    close,
    wreck: () => simulator.wreck(),
    findClients: () => findWorkingClients(simulator, MOST_CLIENTS),
    refusalOf: (client) => {
      const { allowed, reason } = simulator.checkRuntime(client);
      return allowed ? undefined : reason;
    },
  };
}

/** What a port that is taken, or not for this user, means to whoever chose it. */
function portError(error: unknown, port: number): UserError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  const why = code === 'EACCES' ? 'is not for this user' : 'is taken by another process';
  return new UserError({
    code: 'USAGE',
    message: `Port ${port} ${why}.`,
    next: 'Give another --port; --port 0 takes a free one.',
    cause: error,
  });
}
