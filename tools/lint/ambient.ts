/**
 * Time, randomness, environment and terminal are handed in, so that decisions can be tested and a simulator can have a
 * clock of its own. This says where each of them may be touched directly.
 */
interface Ambient {
  /** What is used, as the linter writes it: `Date.now`, `new Date()`, `process.env`. */
  readonly uses: readonly string[];
  readonly homes: RegExp;
  readonly why: string;
}

const ambients: readonly Ambient[] = [
  {
    uses: ['Date.now', 'new Date()', 'Date()'],
    homes: /^(src\/platform\/|src\/sim\/control\/clock\.ts$|bench\/|tools\/|test\/)/,
    why: 'take an instant as a value or a Clock (src/platform/clock.ts)',
  },
  {
    uses: ['performance.now', 'process.hrtime', 'process.uptime'],
    homes: /^(src\/platform\/|src\/.*\.test\.ts$|bench\/|tools\/|test\/)/,
    why: 'measure with Clock.monotonicMs (src/platform/clock.ts)',
  },
  {
    uses: ['setTimeout', 'setInterval', 'import node:timers', 'import node:timers/promises'],
    homes: /^(src\/platform\/|src\/sim\/control\/clock\.ts$|bench\/|tools\/)/,
    why: 'wait with Clock.sleep; tests wait for events, they do not sleep',
  },
  {
    uses: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues'],
    homes: /^(src\/platform\/|bench\/|tools\/)/,
    why: 'take a RandomSource (src/platform/random.ts)',
  },
  {
    uses: [
      'process.env',
      'process.exit',
      'process.exitCode',
      'process.argv',
      'process.stdout',
      'process.stderr',
      'process.stdin',
      'console',
    ],
    homes: /^(src\/cli\/|src\/server\/|src\/mcp\/|bench\/|tools\/|test\/)/,
    why: 'only a face touches its process: hand in values, report by return, error or Progress',
  },
];

/** Why `file` (relative to the root of the repository) may not use this, or undefined when it may. */
export function findAmbientBreach(file: string, use: string): string | undefined {
  const ambient = ambients.find(({ uses }) => uses.includes(use));
  if (ambient === undefined || ambient.homes.test(file) || !/^(src|test|bench|tools)\//.test(file)) return undefined;
  return `${use} is not used here: ${ambient.why}.`;
}
