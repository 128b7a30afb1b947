import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, CommandContext } from '../command.ts';
import { verbOptions } from '../options.ts';
import type { HouseSettings } from '../house.ts';
import type { ShownProgress } from '../render/progress.ts';

const ORGANIZATION = 'acme-prod';

export const demo: Command = {
  arguments: [],
  options: [{ ...verbOptions.seed, choices: ['small', 'medium'], default: 'medium' }],
  formats: ['table'],
  details: [
    'Everything happens on this machine, in memory and in a folder for temporary files that is removed afterwards: a',
    'simulated organization, a vault in Azurite (or in a folder where Azurite is not installed), a backup, a wreck, a',
    'restore, and the proof that clients get through again. Any step that does not end as it must is an error.',
  ],
  vaultAsOf: 'no-vault',
  examples: ['holdfast demo', 'holdfast demo --seed small'],
  async run(context) {
    const { house, flags, output } = context;
    const progress = withoutPhases(context);
    const { tellStory } = await import('../demo/story.ts');
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
    const storage = await house.startDemoStorage();
    try {
      const seed = flags.get('seed');
      const simulator = await house.startSimulator({
        organization: ORGANIZATION,
        seed,
        port: 0,
        latencyMs: 0,
        quotaPerMinute: 'unlimited',
      });
      const settings: HouseSettings = {
        vault: storage === undefined ? `file:${join(folder, 'vault')}` : 'az://holdfast-demo',
        state: undefined,
        keys: join(folder, 'keys'),
        endpoint: simulator.url,
        quotaPerMinute: 'unlimited',
        quotaShare: 1,
      };
      const demoHouse = house.with(settings, {
        HOLDFAST_APIGEE_TOKEN: 'demo-token',
        HOLDFAST_AZURE_CONNECTION_STRING: storage?.connectionString,
      });
      try {
        await output.write(`${output.style.bold('Holdfast: a backup, a botched update, and the way back.')}\n`);
        const place = storage === undefined ? 'a folder' : 'Azurite, the emulator of Azure Blob Storage';
        await tellStory({
          context: { ...context, progress },
          house: demoHouse,
          simulator,
          organization: ORGANIZATION,
          seed,
          storage: place,
        });
      } finally {
        await demoHouse.close();
        await simulator.close();
      }
    } finally {
      await storage?.close();
      await rm(folder, { recursive: true, force: true });
    }
    return 0;
  },
};

/** In a pipe the story says where it is; phases between its steps would only be in the way. */
function withoutPhases({ progress, stderr }: CommandContext): ShownProgress {
  if (stderr.isTTY === true) return progress;
  return { ...progress, phase: () => undefined, advance: () => undefined };
}
