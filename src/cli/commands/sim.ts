import { once } from 'node:events';
import type { Command } from '../command.ts';
import { verbOptions } from '../options.ts';
import { readNumber, readQuota } from '../settings.ts';

const HIGHEST_PORT = 65_535;

export const sim: Command = {
  arguments: [],
  options: [verbOptions.port, verbOptions.seed, verbOptions.latency],
  // Its first line is JSON in any case.
  formats: ['table', 'json'],
  details: [
    'Answers the Apigee management API on 127.0.0.1 for an invented organization held in memory, until Ctrl-C. The first',
    'line of stdout is {"listening": URL}. Controls are under /_sim/. The quota is enforced only if --quota-per-minute is',
    'given. Any token is good.',
  ],
  vaultAsOf: 'no-vault',
  examples: ['holdfast sim --port 8080 --org acme-prod --seed medium', 'holdfast sim --port 0 --latency 40'],
  async run({ house, flags, output, progress, signal }) {
    const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT;
    const simulator = await house.startSimulator({
      organization: flags.find('org') ?? 'acme-prod',
      seed: flags.get('seed'),
      port: readNumber(flags, 'port', isPort, `a whole number from 0 to ${HIGHEST_PORT}`),
      latencyMs: readNumber(flags, 'latency', (latencyMs) => latencyMs >= 0, 'a number of milliseconds'),
      // The default of the client's pacing is no wish to be throttled by the simulator.
      quotaPerMinute: flags.origin('quota-per-minute') === 'default' ? 'unlimited' : readQuota(flags),
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
