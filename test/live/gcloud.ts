import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ApigeeSimulator, type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { createSeed } from '../../src/sim/apigee/seeds/index.ts';
import { type OrganizationSeed, rowsOf } from '../../src/sim/apigee/organization-seed.ts';
import {
  archiveCommands,
  type GcloudCommand,
  gcloudCommands,
  operationCommands,
  pagedProducts,
} from './gcloud-commands.ts';

const ORGANIZATION = 'acme-prod';

/** What is said, loudly, where gcloud is not: on stdout, and wherever a test reports. */
export const GCLOUD_ABSENT =
  'NOT RUN: gcloud is not in PATH, so that nothing is known here of how stock gcloud gets on with the simulator. ' +
  'Install the Google Cloud CLI with its beta commands, then: npm run test:gcloud';

/** The path of gcloud by `PATH`; undefined where it is not installed. */
export async function findGcloud(searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder, 'gcloud');
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** Runs the commands one after another; `onDone` hears of each that did as it should. Fails with the first that did not. */
export async function runCommands(
  gcloud: string,
  setting: {
    readonly searchPath: string;
    readonly which: 'all' | 'essential';
    readonly onDone: (argv: string) => void;
  },
): Promise<void> {
  const { which, onDone } = setting;
  const home = await mkdtemp(join(tmpdir(), 'holdfast-gcloud-'));
  const runAll = async (url: string, simulator: ApigeeSimulator, commands: readonly GcloudCommand[]): Promise<void> => {
    const environment = environmentOf(home, { url, searchPath: setting.searchPath });
    for (const command of commands.filter(({ isEssential }) => which === 'all' || isEssential === true)) {
      await runCommand(gcloud, { command, environment, simulator });
      onDone(command.argv);
    }
  };
  const small = await startApigeeSimulator({ port: 0, organization: ORGANIZATION, seed: 'small' });
  const large = await startLarge();
  try {
    await writeFile(join(home, 'token'), 'any-text');
    const place = join(home, 'source', 'src', 'main', 'apigee', 'environments', 'workbench');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'deployments.json'), '{}');
    await runAll(small.url, small.simulator, [...gcloudCommands, ...archiveCommands]);
    await runAll(large.url, large.simulator, [pagedProducts, ...operationCommands(await endedOperation(large))]);
  } finally {
    await small.close();
    await large.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** An organization of nothing but products, three pages of them. */
export function startLarge(): Promise<RunningApigeeSimulator> {
  const seedFunction = (name: string): OrganizationSeed => withProducts(name, pagedProducts.count);
  return startApigeeSimulator({ port: 0, organization: ORGANIZATION, seedFunction });
}

/** A gcloud that knows nothing but the simulator: no account, no configuration of this machine. */
function environmentOf(home: string, reach: { readonly url: string; readonly searchPath: string }): NodeJS.ProcessEnv {
  return {
    PATH: reach.searchPath,
    HOME: home,
    CLOUDSDK_CONFIG: join(home, 'config'),
    // Without the slash at its end gcloud refuses it.
    CLOUDSDK_API_ENDPOINT_OVERRIDES_APIGEE: reach.url.replace(/\/?$/, '/'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(home, 'token'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
  };
}

async function runCommand(
  gcloud: string,
  run: {
    readonly command: GcloudCommand;
    readonly environment: NodeJS.ProcessEnv;
    readonly simulator: ApigeeSimulator;
  },
): Promise<void> {
  const { command, environment, simulator } = run;
  simulator.log.reset();
  const organization = command.withoutOrganization === true ? [] : [`--organization=${ORGANIZATION}`];
  const source = join(environment['HOME'] ?? '', 'source');
  const argv = [...command.argv.replace('SOURCE', source).split(' '), ...organization, '--format=json'];
  const child = spawn(gcloud, argv, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exit]: unknown[] = await closed;
  assert.equal(exit, 0, `gcloud ${argv.join(' ')}\n${stderr}`);
  assert.deepEqual(starred(sentTo(simulator), command.sends), command.sends, command.argv);
  command.prints({ document: JSON.parse(stdout === '' ? 'null' : stdout), stderr });
}

/** Each line as the pattern beside it where that holds for it. */
function starred(lines: readonly string[], patterns: readonly string[]): readonly string[] {
  return lines.map((line, index) => {
    const pattern = patterns[index] ?? '';
    return pattern.endsWith('*') && line.startsWith(pattern.slice(0, -1)) ? pattern : line;
  });
}

/** Makes an environment, and answers the id of the operation that did. */
export async function endedOperation({
  url,
  simulator,
}: {
  readonly url: string;
  readonly simulator: ApigeeSimulator;
}): Promise<string> {
  const answer = await fetch(`${url}/v1/organizations/${ORGANIZATION}/environments?name=staging`, {
    method: 'POST',
    headers: { authorization: 'Bearer any-text', 'content-type': 'application/json' },
    body: '{"name":"staging"}',
  });
  const { name } = (await answer.json()) as { readonly name: string };
  simulator.settle();
  const [, uuid] = /^organizations\/acme-prod\/operations\/([-0-9a-f]{36})$/.exec(name) ?? [];
  assert.ok(uuid !== undefined, `gcloud could not parse the operation name ${name}`);
  return uuid;
}

/** Method and path of every request so far, the organization's own paths without it. */
function sentTo(simulator: ApigeeSimulator): readonly string[] {
  return simulator.log.entries.map(
    ({ http, path }) => `${http} ${path.replace(`/v1/organizations/${ORGANIZATION}/`, '')}`,
  );
}

function withProducts(organization: string, count: number): OrganizationSeed {
  const products = Array.from({ length: count }, (_, index) => ({
    name: `product-${String(index).padStart(4, '0')}`,
    displayName: `Product ${index}`,
    approvalType: 'auto',
  }));
  return { ...createSeed('empty', organization), products: rowsOf(products, ({ name }) => name) };
}
