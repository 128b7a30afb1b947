/**
 * Mutation tests of the core and the vault: `npm run test:mutation`. The whole takes hours on two cores, so
 * `-- --sample PERCENT [--seed N]` takes windows of lines drawn by the seed (a mutant that spans more than its window is
 * left out), and `-- PATH…` takes files. Fails below the score in stryker.config.json.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const WINDOW_LINES = 15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});

const mutated = globSync(['src/core/**/*.ts', 'src/vault/**/*.ts'])
  .filter((file) => !/\.(?:test|contract|fixture)\.ts$/.test(file))
  .toSorted();
const files =
  positionals.length === 0 ? mutated : mutated.filter((file) => positionals.some((path) => file.startsWith(path)));
const ranges =
  values.sample === undefined ? files : drawWindows({ percent: Number(values.sample), seed: Number(values.seed) });

if (ranges.length === 0) {
  console.error('Nothing to mutate: no file matches, or the sample is too small.');
  process.exitCode = 1;
} else {
  console.log(
    `Mutating ${ranges.length} ${values.sample === undefined ? 'files' : 'windows'} of ${files.length} files.`,
  );
  // Every mutant is tried in a process of its own, on the same instrumented sources, which no later run has again.
  const compiled = mkdtempSync(join(tmpdir(), 'holdfast-compiled-mutants-'));
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  const { status } = spawnSync('stryker', ['run', '--mutate', ranges.join(',')], { stdio: 'inherit', env });
  rmSync(compiled, { recursive: true, force: true });
  process.exitCode = status ?? 1;
}

function drawWindows(draw: { readonly percent: number; readonly seed: number }): string[] {
  const next = generator(draw.seed);
  return files.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n').length;
    const starts = Array.from({ length: Math.ceil(lines / WINDOW_LINES) }, (_, index) => index * WINDOW_LINES + 1);
    return starts
      .filter(() => next() * 100 < draw.percent)
      .map((start) => `${file}:${start}-${Math.min(lines, start + WINDOW_LINES - 1)}`);
  });
}

/** A small linear congruential generator: the same seed draws the same windows everywhere. Values in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
