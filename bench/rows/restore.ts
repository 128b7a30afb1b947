import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Row } from '../row.ts';
import { rounded } from '../statistics.ts';

const planSchema = z.looseObject({ calls: z.array(z.looseObject({ id: z.string() })) });
const applySchema = z.looseObject({
  status: z.string(),
  resources: z.array(z.looseObject({ id: z.string() })),
  calls: z.object({
    planned: z.number(),
    done: z.number(),
    failed: z.number(),
    skipped: z.number(),
    notExecuted: z.number(),
  }),
});

/** Asked again and again until something has happened: no reads of a resource. */
const isWaiting = (route: string): boolean => /\/operations\/|\/deployments$/.test(route);
const MOST_READS = 2;

/** `medium`, wrecked by a botched update and restored with what is too much deleted. */
export const restore: Row = {
  name: 'restore',
  measure: async (place) => {
    const simulator = await place.startSimulator({ seed: 'medium' });
    const environment = place.environmentFor(simulator);
    await place.holdfast(['init'], environment);
    await place.holdfast(['backup'], environment);
    await simulator.control('POST', '/wreck', {});
    await simulator.control('POST', '/settle', {});
    await place.holdfast(['plan', '--point', 'latest', '--delete-extra', '--out', 'plan.json'], environment);
    const plan = planSchema.parse(JSON.parse(await readFile(`${place.folder}/plan.json`, 'utf8')));
    await simulator.forgetLog();
    const run = await place.holdfast(['apply', 'plan.json', '--yes', '-o', 'json'], environment);
    const report = applySchema.parse(JSON.parse(run.stdout));
    const log = await simulator.log();
    const sent = log.filter(({ mutating }) => mutating).length;
    const due = plan.calls.length - report.calls.skipped;
    const reads = log.filter(({ mutating, route }) => !mutating && !isWaiting(route));
    const byPath = Map.groupBy(reads, ({ path }) => path.split('?')[0] ?? path);
    const [path, most] = [...byPath]
      .map(([name, calls]) => [name, calls.length] as const)
      .sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
    const touched = report.resources.length;
    return [
      {
        what: 'restore after a botched update: changes sent',
        target: "exactly the plan's calls",
        found: `${sent} of ${plan.calls.length} planned, ${report.calls.skipped} skipped by their own rule; ${report.status}`,
        reached: sent === due && report.calls.failed === 0,
        figures: { sent, planned: plan.calls.length, skipped: report.calls.skipped, failed: report.calls.failed },
      },
      {
        what: 'restore after a botched update: reads',
        target: 'at most one before and one after for each touched resource, and of each path',
        found: `${rounded(reads.length / touched)} for each of ${touched} resources; ${most} at most of one path`,
        reached: reads.length <= MOST_READS * touched && most <= MOST_READS,
        figures: { reads: reads.length, touched, mostOfOnePath: most, path },
      },
    ];
  },
};
