import { createSecureContext } from 'node:tls';
import type { Simulator, SimulatorOptions } from '../cli/house.ts';
import { UserError } from '../core/errors.ts';

const MOST_CLIENTS = 5_000;

/** Starts the Apigee simulator. UserError `USAGE` for a port that cannot be had, and a certificate or key that does not serve. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seedNames, startApigeeSimulator } = await import('../sim/apigee/index.ts');
  const { findWorkingClients } = await import('../sim/apigee/working-clients.ts');
  const seed = seedNames.find((name) => name === options.seed) ?? 'small';
  const { organization, port, latencyMs, quotaPerMinute, tls } = options;
  if (tls !== undefined) checkTls(tls);
  const { simulator, url, close } = await startApigeeSimulator({
    organization,
    seed,
    port,
    latencyMs,
    ...(quotaPerMinute === 'unlimited' ? {} : { quotaPerMinute }),
    ...(tls === undefined ? {} : { tls }),
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

/** A server that listens would refuse every client instead, one by one, and not say why. */
function checkTls(tls: NonNullable<SimulatorOptions['tls']>): void {
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new UserError({
      code: 'USAGE',
      // Of the parts of a key nothing is repeated in messages of the library, but that is its promise, not ours.
      message: 'The files of --tls-cert and --tls-key are no certificate and private key in PEM that belong together.',
      next: 'Give a certificate, with its chain in the same file, and its own key without a passphrase.',
      cause,
    });
  }
}
