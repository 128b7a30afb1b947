import { z } from 'zod';
import type { Row } from '../row.ts';
import type { BenchSimulator } from '../simulator.ts';
import { rounded } from '../statistics.ts';
import { type CommandRun, benchOrganization, type Workplace } from '../workplace.ts';

const LATENCY_MS = 40;
/** A full capture of `medium` takes about 1,800 calls: at this quota three minutes. */
const QUOTA_PER_MINUTE = 650;
const LEAST_EFFICIENCY = 0.9;
const LEAST_SPEEDUP = 8;
const SAMPLED_CALLS = 100;

const backupSchema = z.looseObject({
  calls: z.number(),
  grade: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
});

interface FullCapture {
  readonly calls: number;
  /** From the first call to the last, as the point says. */
  readonly capturedMs: number;
  readonly run: CommandRun;
}

/** `medium`, with nothing known of it, as fast as the answers come. */
export const fullCaptureAtLatency: Row = {
  name: 'full-capture-latency',
  measure: async (place) => {
    const simulator = await place.startSimulator({ seed: 'medium', latencyMs: LATENCY_MS });
    const { calls, capturedMs, run } = await captureFully(place, simulator, {});
    const oneAfterAnotherMs = await timeOneAfterAnother(simulator);
    const speedup = (oneAfterAnotherMs * calls) / run.elapsedMs;
    const processorShare = run.cpuMs / run.elapsedMs;
    return [
      {
        what: `full capture of medium without a quota, ${LATENCY_MS} ms to each answer`,
        target: `at least ${LEAST_SPEEDUP} × the rate of one call after another, up to what two cores can do`,
        found: `${rounded(speedup, 1)} × (${calls} calls in ${rounded(run.elapsedMs / 1000, 1)} s, one alone takes ${rounded(oneAfterAnotherMs, 1)} ms; ${rounded(run.cpuMs / 1000, 1)} s of processor time)`,
        reached: speedup >= LEAST_SPEEDUP,
        figures: {
          calls,
          elapsedMs: rounded(run.elapsedMs),
          capturedMs,
          oneAfterAnotherMs: rounded(oneAfterAnotherMs),
          cpuMs: rounded(run.cpuMs),
          processorShare: rounded(processorShare),
        },
      },
    ];
  },
};

/** `medium` under a quota that the simulator enforces; the quota is scaled down so that the capture takes three minutes. */
export const fullCaptureUnderQuota: Row = {
  name: 'full-capture-quota',
  isLong: true,
  measure: async (place) => {
    const setting = { seed: 'medium', latencyMs: LATENCY_MS, quotaPerMinute: QUOTA_PER_MINUTE } as const;
    const simulator = await place.startSimulator(setting);
    const pacing = { HOLDFAST_QUOTA_PER_MINUTE: String(QUOTA_PER_MINUTE), HOLDFAST_QUOTA_SHARE: '1' };
    const { calls, capturedMs, run } = await captureFully(place, simulator, pacing);
    const floorMs = (calls / QUOTA_PER_MINUTE) * 60_000;
    const efficiency = floorMs / run.elapsedMs;
    const refused = (await simulator.log()).filter(({ status }) => status === 429).length;
    return [
      {
        what: `full capture of medium under a quota of ${QUOTA_PER_MINUTE} calls a minute, ${LATENCY_MS} ms to each answer`,
        target: `at least ${LEAST_EFFICIENCY * 100} % of the quota's floor`,
        found: `${rounded(efficiency * 100, 1)} % (${calls} calls, floor ${rounded(floorMs / 1000, 1)} s, took ${rounded(run.elapsedMs / 1000, 1)} s, ${refused} refused)`,
        reached: efficiency >= LEAST_EFFICIENCY,
        figures: { calls, floorMs: rounded(floorMs), elapsedMs: rounded(run.elapsedMs), capturedMs, refused },
      },
    ];
  },
};

async function captureFully(
  place: Workplace,
  simulator: BenchSimulator,
  pacing: Readonly<Record<string, string>>,
): Promise<FullCapture> {
  const environment = { ...place.environmentFor(simulator), ...pacing };
  await place.holdfast(['init'], environment);
  const run = await place.holdfast(['backup', '-o', 'json'], environment);
  const { calls, grade, startedAt, endedAt } = backupSchema.parse(JSON.parse(run.stdout));
  if (grade !== 'complete') throw new Error(`The point is ${grade}.`);
  return { calls, capturedMs: Date.parse(endedAt) - Date.parse(startedAt), run };
}

/** The mean time of one of the capture's calls when each waits for the one before. */
async function timeOneAfterAnother(simulator: BenchSimulator): Promise<number> {
  const log = await simulator.log();
  const step = Math.max(1, Math.floor(log.length / SAMPLED_CALLS));
  const paths = log.filter((_, index) => index % step === 0).map(({ path }) => path);
  const startedAtMs = performance.now();
  for (const path of paths) {
    const answer = await fetch(`${simulator.url}${path}`, {
      headers: { authorization: `Bearer ${benchOrganization}` },
    });
    await answer.arrayBuffer();
  }
  return (performance.now() - startedAtMs) / paths.length;
}
