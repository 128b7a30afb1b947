/**
 * `npm run bench -- [--row NAME] [--quick]`: measures the numbers the project wants to reach, prints them beside their
 * targets and writes them to bench/results/latest.json. Exit code 1 when one is missed or could not be measured.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Measured, Row } from './row.ts';
import { changed } from './rows/changed.ts';
import { cliStart } from './rows/cli-start.ts';
import { fullCaptureAtLatency, fullCaptureUnderQuota } from './rows/full-capture.ts';
import { memoryOfFew, memoryOfMany } from './rows/memory.ts';
import { restore } from './rows/restore.ts';
import { sealing } from './rows/sealing.ts';
import { unchanged } from './rows/unchanged.ts';
import { rounded } from './statistics.ts';
import { Workplace } from './workplace.ts';

const rows: readonly Row[] = [
  fullCaptureUnderQuota,
  fullCaptureAtLatency,
  unchanged,
  changed,
  memoryOfFew,
  memoryOfMany,
  restore,
  sealing,
  cliStart,
];

const EXIT_USAGE = 64;

/** Rows that were asked for, or a sentence that says why none. */
function chooseRows(names: readonly string[] | undefined, isQuick: boolean): readonly Row[] | string {
  const known = rows.map((row) => row.name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no row ${unknown}. There are: ${known.join(', ')}.`;
  return rows.filter((row) => names?.includes(row.name) ?? !(isQuick && row.isLong === true));
}

async function measure(row: Row, isQuick: boolean): Promise<readonly Measured[]> {
  const place = await Workplace.create({ isQuick });
  try {
    return await row.measure(place);
  } catch (error) {
    // A row that cannot be measured must not hide the others.
    const found = `not measured: ${error instanceof Error ? error.message : String(error)}`;
    return [{ what: row.name, target: 'to be measured', found, reached: false, figures: {} }];
  } finally {
    await place.close();
  }
}

function show({ what, target, found, reached }: Measured): string {
  return `${reached ? 'reached' : 'MISSED '}  ${what}\n         target  ${target}\n         found   ${found}\n`;
}

const { values } = parseArgs({
  options: { row: { type: 'string', multiple: true }, quick: { type: 'boolean', default: false } },
});
const chosen = chooseRows(values.row, values.quick);
if (typeof chosen === 'string') {
  process.stderr.write(`${chosen}\n`);
  process.exit(EXIT_USAGE);
}
const lines: (Measured & { readonly row: string; readonly tookMs: number; readonly load: number })[] = [];
for (const row of chosen) {
  process.stderr.write(`measuring ${row.name}\n`);
  const startedAtMs = performance.now();
  const measured = await measure(row, values.quick);
  const tookMs = rounded(performance.now() - startedAtMs, 0);
  // Of a machine that others use, times say little.
  const load = rounded(loadavg()[0] ?? 0);
  lines.push(...measured.map((line) => ({ row: row.name, ...line, tookMs, load })));
  for (const line of measured) process.stdout.write(show(line));
}
const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
const document = {
  schema: 'holdfast/bench/1',
  measuredAt: new Date().toISOString(),
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  lines,
};
writeFileSync(new URL('latest.json', results), `${JSON.stringify(document, undefined, 2)}\n`);
const reached = lines.filter((line) => line.reached).length;
process.stdout.write(`${reached} of ${lines.length} reached. Figures: bench/results/latest.json\n`);
process.exitCode = reached === lines.length ? 0 : 1;
