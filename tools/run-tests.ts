/**
 * Runs every test of the repository, or those under the paths given as arguments: `node tools/run-tests.ts src/core`.
 * Ends with the runner's own summary. Fails when a test failed, when one was skipped, and when none ran.
 */
import { globSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

// Journeys take longest, so they come first; the rest fills the gaps.
const patterns = ['test/**/*.test.ts', 'src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'];

// A hung test must not hang the gate; whoever asks for more runs waits for them.
const timeout = process.env['HOLDFAST_TEST_RUNS'] === undefined ? 10 * 60_000 : Number.POSITIVE_INFINITY;

/** So many files are named at the end, with what they took: whoever shortens the run begins there. */
const SLOWEST_FILES = 10;

/** What a developer has set for real organizations and clouds must not reach a test; how often properties are tried does. */
const foreign = /^(HOLDFAST_(?!TEST_RUNS$)|AZURE_|GOOGLE_|CLOUDSDK_|FORCE_COLOR$|https?_proxy$|all_proxy$)/i;

const wanted = process.argv.slice(2).map((path) => path.replace(/^\.\//, ''));
const files = patterns
  .flatMap((pattern) => globSync(pattern).toSorted())
  .filter(
    (file) => wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(path.replace(/\/?$/, '/'))),
  );

for (const name of Object.keys(process.env)) {
  if (foreign.test(name)) delete process.env[name];
}

// Every file is a process, and all load much the same sources: what one has stripped and compiled the next need not.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'holdfast-compiled-tests');

if (files.length === 0) {
  console.error(`No test file${wanted.length === 0 ? '' : ` under ${wanted.join(', ')}`}: nothing was tested.`);
  process.exitCode = 1;
} else {
  const concurrency = Math.max(2, availableParallelism());
  const execArgv = ['--import', new URL('./untracked-promises.ts', import.meta.url).href];
  const events = run({ files, concurrency, timeout, execArgv });
  events.on('test:fail', () => (process.exitCode = 1));
  const durations: { readonly file: string; readonly seconds: number }[] = [];
  events.on('test:summary', ({ file, counts, duration_ms: durationMs }) => {
    if (file !== undefined) {
      durations.push({ file: relative(process.cwd(), file), seconds: Math.round(durationMs / 1000) });
      return;
    }
    const slowest = durations.toSorted((one, other) => other.seconds - one.seconds).slice(0, SLOWEST_FILES);
    console.error(`Slowest: ${slowest.map((each) => `${each.file} ${each.seconds} s`).join(', ')}`);
    const idle = counts.skipped + counts.todo;
    if (counts.passed === 0) console.error('No test ran.');
    if (idle > 0) console.error(`${idle} tests were skipped or are to do: a test runs or is removed.`);
    if (counts.passed === 0 || idle > 0) process.exitCode = 1;
  });
  events.pipe(new spec()).pipe(process.stdout);
}
