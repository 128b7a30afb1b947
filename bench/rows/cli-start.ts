import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { builtPackage } from '../built-package.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';

const ROUNDS = 15;
const TARGET_MS = 150;

/** The package as it is published, built into a folder of its own; started once before, as after any first use. */
export const cliStart: Row = {
  name: 'cli-start',
  measure: ({ folder }) => {
    const program = join(builtPackage(), 'bin', 'holdfast');
    const run = (): number => {
      const startedAtMs = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [program, '--help'], {
        cwd: folder,
      });
      if (status !== 0) throw new Error(`holdfast --help ended with ${String(status)}: ${stderr.toString()}`);
      return performance.now() - startedAtMs;
    };
    const bare = (): number => {
      const startedAtMs = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      return performance.now() - startedAtMs;
    };
    const firstMs = run();
    const times: number[] = [];
    const bareTimes: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(run());
      bareTimes.push(bare());
    }
    const medianMs = median(times);
    const bareMs = median(bareTimes);
    return Promise.resolve([
      {
        what: '`holdfast --help`, built',
        target: `under ${TARGET_MS} ms`,
        found: `${rounded(medianMs, 0)} ms (median of ${ROUNDS}; Node alone ${rounded(bareMs, 0)} ms)`,
        reached: medianMs < TARGET_MS,
        figures: {
          medianMs: rounded(medianMs),
          fastestMs: rounded(Math.min(...times)),
          firstMs: rounded(firstMs),
          nodeAloneMs: rounded(bareMs),
        },
      },
    ]);
  },
};
