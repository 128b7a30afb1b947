/**
 * The walls of the house: which folder may import which. The linter asks `findBreach` about every import, and the
 * reasons here are its messages. CONTRIBUTING.md shows the same table.
 */
export interface Import {
  /** The importing file, relative to the root of the repository, with forward slashes. */
  readonly from: string;
  /** As written: `../core/plan.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** True for `import type` and `export type … from`, which leave nothing at run time. */
  readonly typeOnly: boolean;
}

interface Wall {
  /** What lies behind the wall: a folder (with a closing slash) or a file. The longest that fits a file counts. */
  readonly inside: string;
  /** What it may import beside itself. */
  readonly may: readonly string[];
  /** What it may import as types only. */
  readonly mayTypes?: readonly string[];
  /** The packages and `node:` modules it may import; all when absent. */
  readonly packages?: RegExp;
  readonly why: string;
}

function adapter(inside: string): Wall {
  return {
    inside,
    may: ['src/core/', 'src/app/ports/', 'src/platform/'],
    why: 'An adapter knows core, the ports it implements and the platform, never another adapter or a use case; what it needs from there is handed in by compose.ts.',
  };
}

function face(inside: string): Wall[] {
  const may = ['src/app/', 'src/core/', 'src/platform/'];
  return [
    {
      inside,
      may,
      why: 'A face calls use cases and shows what they answer; adapters are put together by compose.ts, which only its main.ts imports.',
    },
    {
      inside: `${inside}main.ts`,
      may: [...may, inside, 'src/compose.ts'],
      why: 'A main.ts starts its face with what compose.ts put together; it touches no adapter itself.',
    },
  ];
}

const walls: readonly Wall[] = [
  {
    inside: 'src/core/',
    may: [],
    packages: /^$/,
    why: 'core holds decisions on plain data: no I/O, clock, environment, randomness or library; what it needs is handed in.',
  },
  {
    inside: 'src/platform/',
    may: [],
    why: 'The platform knows nothing of backups, so that everything may stand on it.',
  },
  {
    inside: 'src/app/',
    may: ['src/core/'],
    mayTypes: ['src/platform/'],
    packages: /^node:(assert|buffer|path|stream|util)(\/|$)/,
    why: 'A use case knows core and the types of the platform; the outside reaches it through the ports of app/ports.',
  },
  adapter('src/apigee/'),
  adapter('src/vault/'),
  adapter('src/azure/'),
  adapter('src/identity/'),
  adapter('src/access/'),
  ...face('src/cli/'),
  ...face('src/server/'),
  ...face('src/mcp/'),
  {
    inside: 'src/sim/',
    may: ['src/platform/'],
    why: 'A simulator that shared code with the client, the vault or core would share their mistakes.',
  },
  { inside: 'src/compose.ts', may: ['src/'], why: 'compose.ts knows every adapter, and nothing that is not shipped.' },
  {
    inside: 'src/compose/',
    may: ['src/'],
    why: 'The parts of compose.ts know every adapter, and nothing that is not shipped.',
  },
  {
    inside: 'test/independent-reader/',
    may: [],
    packages: /^node:/,
    why: 'The independent reader proves that the format document is enough: Node alone, nothing of ours.',
  },
  { inside: 'test/', may: ['src/', 'tools/', 'bench/'], why: 'Tests live in the repository.' },
  { inside: 'bench/', may: ['src/', 'test/'], why: 'Benchmarks measure the sources.' },
  { inside: 'tools/', may: ['src/'], why: 'Tools read the sources; they do not lean on tests or benchmarks.' },
];

/** The only files that may import compose.ts; everybody else is handed what it makes. */
const composers = /^(src\/(cli|server|mcp)\/main\.ts$|test\/|bench\/)/;

interface Home {
  readonly packages: RegExp;
  readonly folders: readonly string[];
  readonly why: string;
}

/** Libraries that belong to one place, so that their types cross no port. */
const homes: readonly Home[] = [
  {
    packages: /^@azure\/storage-/,
    // The simulated restore of a container puts its blobs into a blob service.
    folders: ['src/vault/', 'src/sim/azure/'],
    why: 'Azure storage is behind the ports of the vault.',
  },
  {
    packages: /^@azure\/(?!storage-)/,
    folders: ['src/azure/', 'src/identity/', 'src/vault/'],
    why: 'Azure credentials are behind ports.',
  },
  {
    packages: /^google-auth-library(\/|$)/,
    folders: ['src/identity/'],
    why: 'Google credentials are behind the TokenSource port.',
  },
  {
    packages: /^(age-encryption$|@hpke\/)/,
    folders: ['src/vault/'],
    why: 'Sealing is the business of the vault; others are handed a Hasher or a stored content.',
  },
  {
    packages: /^(commander$|@clack\/)/,
    folders: ['src/cli/'],
    why: 'Flags and prompts belong to the command line; use cases take values.',
  },
  { packages: /^(hono$|hono\/|@hono\/)/, folders: ['src/sim/', 'src/server/'], why: 'Only servers listen to HTTP.' },
];

/** Why this import is not allowed, or undefined when it is. Files outside src, test, bench and tools are free. */
export function findBreach(imported: Import): string | undefined {
  const wall = findWall(imported.from);
  if (wall === undefined) {
    if (!imported.from.startsWith('src/')) return undefined;
    return `${imported.from} stands behind no wall: give its folder a line in tools/lint/walls.ts and in CONTRIBUTING.md.`;
  }
  return imported.specifier.startsWith('.') ? findFileBreach(imported, wall) : findPackageBreach(imported, wall);
}

function findFileBreach(imported: Import, wall: Wall): string | undefined {
  const target = resolvePath(imported.from, imported.specifier);
  if (target.startsWith('src/compose/') && !/^src\/compose[./]/.test(imported.from)) {
    return `${imported.from} may not import ${target}: it is a part of compose.ts, which alone puts it to use.`;
  }
  if (target === 'src/compose.ts' && !composers.test(imported.from)) {
    return `${imported.from} may not import ${target}. Only the faces' main.ts, journeys and benchmarks put the house together; everybody else is handed what they need.`;
  }
  if (isTestFile(imported.from) && target.startsWith('test/harness/')) return undefined;
  const types = wall.mayTypes ?? [];
  const allowed = [wall.inside, ...wall.may, ...(imported.typeOnly ? types : [])];
  if (allowed.some((place) => target.startsWith(place))) return undefined;
  const butTypes = types.some((place) => target.startsWith(place)) ? ', but for its types' : '';
  return `${wall.inside} may not import ${target}${butTypes}. ${wall.why}`;
}

function findPackageBreach(imported: Import, wall: Wall): string | undefined {
  const { from, specifier } = imported;
  if (isTestFile(from) && /^(node:|fast-check$)/.test(specifier)) return undefined;
  if (wall.packages !== undefined && !wall.packages.test(specifier)) {
    return `${wall.inside} may not import ${specifier}. ${wall.why}`;
  }
  const home = homes.find(({ packages }) => packages.test(specifier));
  if (home === undefined || !from.startsWith('src/') || /^src\/compose[./]/.test(from)) return undefined;
  if (home.folders.some((folder) => from.startsWith(folder))) return undefined;
  return `${specifier} belongs to ${home.folders.join(' and ')}. ${home.why}`;
}

function findWall(file: string): Wall | undefined {
  return walls
    .filter(({ inside }) => (inside.endsWith('/') ? file.startsWith(inside) : file === inside))
    .toSorted((a, b) => b.inside.length - a.inside.length)[0];
}

/** Unit tests and contract suites: they keep to the walls of their folder but may use the test runner and harness. */
function isTestFile(file: string): boolean {
  return /\.(test|contract)\.ts$/.test(file);
}

/** Resolves a relative specifier against a file; the file and the answer are relative to the root of the repository. */
function resolvePath(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
