import { once } from 'node:events';
import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import type { Flags } from '../flags.ts';
import type { House, SimulatorOptions } from '../house.ts';
import { verbOptions } from '../options.ts';
import { readNumber, readQuota } from '../settings.ts';

const HIGHEST_PORT = 65_535;

export const sim: Command = {
  arguments: [],
  options: [verbOptions.port, verbOptions.seed, verbOptions.latency, verbOptions.tlsCert, verbOptions.tlsKey],
  // Its first line is JSON in any case.
  formats: ['table', 'json'],
  details: [
    'Answers the Apigee management API on 127.0.0.1 for an invented organization held in memory, until Ctrl-C. The first',
    'line of stdout is {"listening": URL}. Controls are under /_sim/. The quota is enforced only if --quota-per-minute is',
    'given. Any token is good. With --tls-cert and --tls-key it answers over https; NODE_EXTRA_CA_CERTS names an authority',
    'of your own to those who ask it.',
  ],
  vaultAsOf: 'no-vault',
  examples: [
    'holdfast sim --port 8080 --org acme-prod --seed medium',
    'holdfast sim --port 0 --latency 40',
    'holdfast sim --tls-cert localhost.crt --tls-key localhost.key',
  ],
  async run({ house, flags, output, progress, signal }) {
    const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT;
    const tls = await readTls(flags, house);
    const simulator = await house.startSimulator({
      organization: flags.find('org') ?? 'acme-prod',
      seed: flags.get('seed'),
      port: readNumber(flags, 'port', isPort, `a whole number from 0 to ${HIGHEST_PORT}`),
      latencyMs: readNumber(flags, 'latency', (latencyMs) => latencyMs >= 0, 'a number of milliseconds'),
      // The default of the client's pacing is no wish to be throttled by the simulator.
      quotaPerMinute: flags.origin('quota-per-minute') === 'default' ? 'unlimited' : readQuota(flags),
      ...(tls === undefined ? {} : { tls }),
    });
    try {
      await output.write(`${JSON.stringify({ listening: simulator.url })}\n`);
      progress.note(`Simulating an Apigee organization at ${simulator.url}. Ctrl-C ends it.`);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await simulator.close();
    }
    throw signal.reason;
  },
};

/** UserError `USAGE` where one of the two files is named without the other. */
async function readTls(flags: Flags, house: House): Promise<SimulatorOptions['tls']> {
  const [certFile, keyFile] = [flags.find('tls-cert'), flags.find('tls-key')];
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new UserError({
      code: 'USAGE',
      message: `--${certFile === undefined ? 'tls-key' : 'tls-cert'} is given without --${certFile === undefined ? 'tls-cert' : 'tls-key'}.`,
      next: 'Give both, or neither for plain http.',
    });
  }
  return { cert: await house.readTextFile(certFile), key: await house.readTextFile(keyFile) };
}
