import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type RunningApigeeSimulator, startApigeeSimulator } from '../../src/sim/apigee/index.ts';
import { endedOperation, findGcloud, GCLOUD_ABSENT, runCommands, startLarge } from './gcloud.ts';
import {
  archiveCommands,
  type GcloudCommand,
  gcloudCommands,
  operationCommands,
  pagedProducts,
} from './gcloud-commands.ts';

const searchPath = process.env['PATH'] ?? '';
const gcloud = await findGcloud(searchPath);

type Fields = { readonly [field: string]: unknown };

function fieldsIn(value: unknown): Fields {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), JSON.stringify(value));
  // Narrowed just now.
  return value as Fields;
}

function listIn(value: unknown, field: string): readonly Fields[] {
  const list = fieldsIn(value)[field];
  assert.ok(Array.isArray(list), `a list in ${field}: ${JSON.stringify(value)}`);
  return list.map(fieldsIn);
}

const listOf =
  (field: string, ...names: readonly string[]) =>
  (value: unknown): void => {
    for (const item of listIn(value, field)) for (const name of names) assert.equal(typeof item[name], 'string', name);
  };

/** What gcloud takes for granted of each answer: it fails, or prints nothing, where that is otherwise. */
const shapes: readonly { readonly of: RegExp; readonly holds: (answer: unknown) => void }[] = [
  {
    of: /^GET \/v1\/organizations$/,
    holds: (answer) => {
      for (const item of listIn(answer, 'organizations')) assert.ok(Array.isArray(item['projectIds']));
    },
  },
  {
    of: /^GET environments$/,
    holds: (answer) => assert.ok(Array.isArray(answer) && answer.every((name) => typeof name === 'string')),
  },
  { of: /^GET apis$/, holds: listOf('proxies', 'name') },
  {
    of: /^GET apis\/[^/]+$/,
    holds: (answer) => assert.ok(Array.isArray(fieldsIn(answer)['revision']), 'whose last element is the latest'),
  },
  {
    of: /^GET apis\/[^/]+\/revisions\/\d+$/,
    holds: (answer) => assert.equal(typeof fieldsIn(answer)['name'], 'string'),
  },
  { of: /^GET apiproducts\?/, holds: listOf('apiProduct', 'name') },
  { of: /^GET developers\?/, holds: listOf('developer', 'email') },
  { of: /^GET (developers\/[^/]+\/)?apps\?/, holds: listOf('app', 'appId', 'name') },
  { of: /^(GET|POST) .*\/revisions\/\d+\/deployments(\?|$)/, holds: isDeployment },
  { of: /^DELETE .*\/revisions\/\d+\/deployments$/, holds: (answer) => assert.deepEqual(answer, {}) },
  {
    of: /^GET (.*\/)?deployments$/,
    holds: (answer) => listIn(answer, 'deployments').forEach(isDeployment),
  },
  { of: /^GET operations$/, holds: (answer) => listIn(answer, 'operations').forEach(isEndedOperation) },
  { of: /^GET operations\//, holds: isEndedOperation },
  { of: /^GET (apiproducts|apps|developers|environments)\/[^/]+$/, holds: (answer) => assert.ok(fieldsIn(answer)) },
];

function isDeployment(answer: unknown): void {
  for (const field of ['environment', 'apiProxy', 'revision']) assert.equal(typeof fieldsIn(answer)[field], 'string');
}

/** Terraform waits for `done`, gcloud for the state; the name tells the organization and the id. */
function isEndedOperation(answer: unknown): void {
  const { name, done, metadata, error } = fieldsIn(answer);
  assert.match(String(name), /^organizations\/acme-prod\/operations\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual([done, fieldsIn(metadata)['state'], error], [true, 'FINISHED', undefined]);
}

/** Of gcloud 528, what lists, describes, deploys and undeploys. */
const readingAndDeploying = {
  apis: ['deploy', 'describe', 'list', 'undeploy'],
  applications: ['describe', 'list'],
  archives: ['deploy', 'describe', 'list'],
  deployments: ['describe', 'list'],
  developers: ['describe', 'list'],
  environments: ['describe', 'list'],
  operations: ['describe', 'list'],
  organizations: ['list'],
  products: ['describe', 'list'],
};

test('every command of gcloud that lists, describes or deploys is run', () => {
  const commands = [...gcloudCommands, ...archiveCommands, pagedProducts, ...operationCommands('id')];
  const run = new Set(commands.map(({ argv }) => /\bapigee (\S+ \S+)/.exec(argv)?.[1]));
  const known = Object.entries(readingAndDeploying).flatMap(([group, verbs]) =>
    verbs.map((verb) => `${group} ${verb}`),
  );
  assert.deepEqual(
    known.filter((command) => !run.has(command)),
    [],
  );
});

describe('what gcloud sends, sent by hand', () => {
  let small: RunningApigeeSimulator;
  let large: RunningApigeeSimulator;
  before(async () => {
    small = await startApigeeSimulator({ port: 0, organization: 'acme-prod', seed: 'small' });
    large = await startLarge();
  });
  after(async () => {
    await small.close();
    await large.close();
  });

  async function send({ url }: RunningApigeeSimulator, line: string): Promise<unknown> {
    const [http = '', target = ''] = line.split(' ');
    const path = target.startsWith('/') ? target : `/v1/organizations/acme-prod/${target}`;
    const answer = await fetch(`${url}${path}`, { method: http, headers: { authorization: 'Bearer any-text' } });
    const body: unknown = await answer.json();
    assert.equal(answer.status, 200, `${line}: ${JSON.stringify(body)}`);
    const shape = shapes.find(({ of }) => of.test(line));
    assert.ok(shape !== undefined, `no shape is known of ${line}`);
    shape.holds(body);
    return body;
  }

  async function replay(running: RunningApigeeSimulator, commands: readonly GcloudCommand[]): Promise<void> {
    for (const { sends } of commands) for (const line of sends) await send(running, line);
  }

  test('every request is answered in the shape that gcloud takes for granted', async () => {
    await replay(small, gcloudCommands);
  });

  test('a page begins with the last product of the page before', async () => {
    const pages: string[][] = [];
    for (const line of pagedProducts.sends) {
      pages.push(listIn(await send(large, line), 'apiProduct').map(({ name }) => String(name)));
    }
    assert.deepEqual(
      pages.map((names) => [names.length, names.at(0), names.at(-1)]),
      [
        [1000, 'product-0000', 'product-0999'],
        [1000, 'product-0999', 'product-1998'],
        [102, 'product-1998', 'product-2099'],
      ],
    );
  });

  test('an operation ends with both signs of its end', async () => {
    await replay(large, operationCommands(await endedOperation(large)));
  });
});

/** The script in a process of its own, with `path` as all that it finds commands in. */
function script(path: string): Promise<{ readonly exit: unknown; readonly stdout: string }> {
  const file = fileURLToPath(new URL('run-gcloud.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env: { PATH: path } }, (error, stdout) => {
      resolve({ exit: error === null ? 0 : error.code, stdout });
    });
  });
}

test('where gcloud is absent, that is said, and it is no success', async () => {
  assert.deepEqual(await script(dirname(fileURLToPath(import.meta.url))), { exit: 69, stdout: `${GCLOUD_ABSENT}\n` });
});

if (gcloud === undefined) {
  console.log(GCLOUD_ABSENT);
  test(`stock gcloud against the simulator: ${GCLOUD_ABSENT}`, (t) => {
    t.diagnostic(GCLOUD_ABSENT);
    assert.match(GCLOUD_ABSENT, /^NOT RUN: .* npm run test:gcloud$/);
  });
} else {
  test(`stock gcloud (${gcloud}) against the simulator; all commands: npm run test:gcloud`, async (t) => {
    await runCommands(gcloud, { searchPath, which: 'essential', onDone: (argv) => t.diagnostic(`gcloud ${argv}`) });
  });
}
