import type { Measured, Row } from '../row.ts';
import { mebibytes, rounded } from '../statistics.ts';
import { type CommandRun, Workplace } from '../workplace.ts';

const MOST_BYTES = 300 * 1024 * 1024;
const FEW_APPS = 10_000;
const MANY_APPS = 1_000_000;
/** What counts as flat: a hundred times the apps, and at most so much more memory. */
const MOST_GROWTH = 1.5;

/** Peak resident memory of a first capture of 10,000 apps and their developers. */
export const memoryOfFew: Row = {
  name: 'memory-10k',
  measure: async (place) => {
    const run = await captureApps(place, FEW_APPS);
    return [memoryLine(FEW_APPS, run)];
  },
};

/** The same of 1,000,000 apps: 400,000 developers and 1,050,000 keys. */
export const memoryOfMany: Row = {
  name: 'memory-1m',
  isLong: true,
  measure: async (place) => {
    const smallPlace = await Workplace.create({ isQuick: place.isQuick });
    const few = await captureApps(smallPlace, FEW_APPS);
    await smallPlace.close();
    const many = await captureApps(place, MANY_APPS);
    const growth = many.peakBytes / few.peakBytes;
    return [
      memoryLine(MANY_APPS, many),
      {
        what: `memory from ${FEW_APPS} to ${MANY_APPS} apps`,
        target: `flat: at most ${MOST_GROWTH} ×`,
        found: `${rounded(growth)} × (${mebibytes(few.peakBytes)} to ${mebibytes(many.peakBytes)})`,
        reached: growth <= MOST_GROWTH,
        figures: { fewBytes: few.peakBytes, manyBytes: many.peakBytes },
      },
    ];
  },
};

async function captureApps(place: Workplace, apps: number): Promise<CommandRun> {
  const simulator = await place.startSimulator({ seed: 'huge', apps });
  const environment = place.environmentFor(simulator);
  await place.holdfast(['init'], environment);
  return place.holdfast(['backup', '-o', 'json'], environment);
}

function memoryLine(apps: number, run: CommandRun): Measured {
  return {
    what: `memory of a full capture of ${apps} apps`,
    target: `under ${mebibytes(MOST_BYTES)}`,
    found: `${mebibytes(run.peakBytes)} at most, in ${rounded(run.elapsedMs / 1000, 0)} s`,
    reached: run.peakBytes < MOST_BYTES,
    figures: { apps, peakBytes: run.peakBytes, elapsedMs: rounded(run.elapsedMs), cpuMs: rounded(run.cpuMs) },
  };
}
