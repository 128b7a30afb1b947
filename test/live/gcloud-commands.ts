import assert from 'node:assert/strict';

/** A command line of stock gcloud, what it sends, and what it prints (with `--format=json`). */
export interface GcloudCommand {
  /** `SOURCE` stands for a folder with an archive in it. */
  readonly argv: string;
  /** Method and path below the organization, in order, as gcloud 528 was seen to send them; a star for what is made on the way. */
  readonly sends: readonly string[];
  readonly prints: (said: Said) => void;
  /** For those that find the organization by themselves. */
  readonly withoutOrganization?: true;
  /** Run with all other tests as well, where gcloud is installed: one of each sort, because each takes a second. */
  readonly isEssential?: true;
}

interface Said {
  /** The JSON of stdout. */
  readonly document: unknown;
  readonly stderr: string;
}

type Rows = readonly { readonly [field: string]: unknown }[];

function rowsIn({ document }: Said): Rows {
  assert.ok(Array.isArray(document), 'gcloud prints a list');
  // Its rows are objects: what stands in them is asserted field by field.
  return document as Rows;
}

function fieldsIn({ document }: Said): Rows[number] {
  assert.ok(typeof document === 'object' && document !== null && !Array.isArray(document), 'gcloud prints an object');
  // Narrowed just now.
  return document as Rows[number];
}

const named = (names: readonly string[], field?: string) => (said: Said) =>
  assert.deepEqual(field === undefined ? said.document : rowsIn(said).map((row) => row[field]), names);

/** The seed `small` as gcloud shows it. */
const proxies = [
  'card-vault-v1',
  'fx-rates-v1',
  'kyc_checks-v1',
  'ledger-v1',
  'merchant-graph-v1',
  'merchants-v1',
  'oauth-token-v1',
  'payments-v1',
  'payments-v2',
  'payouts-v1',
  'refunds-v1',
  'webhooks.v1',
];

const DEPLOYMENT = 'environments/dev/apis/kyc_checks-v1/revisions';

/** Lists, descriptions and deployments; each leaves the organization as the next one expects it. */
export const gcloudCommands: readonly GcloudCommand[] = [
  {
    argv: 'apigee organizations list',
    sends: ['GET /v1/organizations'],
    prints: named(['acme-prod'], 'name'),
    withoutOrganization: true,
  },
  { argv: 'apigee apis list', sends: ['GET apis'], isEssential: true, prints: named(proxies) },
  {
    argv: 'apigee apis list --project=acme-prod',
    sends: ['GET /v1/organizations', 'GET apis'],
    prints: named(proxies),
    withoutOrganization: true,
  },
  {
    argv: 'apigee apis describe payments-v2',
    sends: ['GET apis/payments-v2'],
    prints: (said) => assert.deepEqual(fieldsIn(said)['revision'], ['1', '2', '3', '4']),
  },
  {
    argv: 'apigee apis describe payments-v2 --verbose',
    sends: ['GET apis/payments-v2', ...[1, 2, 3, 4].map((number) => `GET apis/payments-v2/revisions/${number}`)],
    prints: (said) => assert.equal(rowsIn({ ...said, document: fieldsIn(said)['revisions'] }).length, 4),
  },
  {
    argv: 'apigee environments list',
    sends: ['GET environments'],
    isEssential: true,
    prints: named(['dev', 'prod', 'test', 'workbench']),
  },
  {
    argv: 'beta apigee environments describe dev',
    sends: ['GET environments/dev'],
    prints: (said) => assert.equal(fieldsIn(said)['deploymentType'], 'PROXY'),
  },
  {
    argv: 'apigee products list',
    sends: ['GET apiproducts?count=1000'],
    prints: (said) => assert.ok(rowsIn(said).some(({ name }) => name === 'Kyc Checks 100% Trial')),
  },
  {
    argv: 'apigee products describe payments-standard',
    sends: ['GET apiproducts/payments-standard'],
    isEssential: true,
    prints: (said) => assert.equal(fieldsIn(said)['displayName'], 'Payments – Standard'),
  },
  {
    argv: 'apigee developers list',
    sends: ['GET developers?count=1000'],
    prints: (said) => assert.ok(rowsIn(said).some(({ email }) => email === 'orders@bakery.example')),
  },
  {
    argv: 'apigee developers describe orders@bakery.example',
    sends: ['GET developers/orders%40bakery.example'],
    prints: (said) => assert.deepEqual(fieldsIn(said)['apps'], ['Bread line', 'Cake line', 'Retired till']),
  },
  {
    argv: 'apigee applications list',
    sends: ['GET apps?rows=1000&expand=true'],
    prints: (said) => assert.ok(rowsIn(said).some(({ name }) => name === 'Till & terminal')),
  },
  {
    argv: 'apigee applications list --developer=orders@bakery.example',
    sends: ['GET developers/orders%40bakery.example/apps?count=1000&shallowExpand=true'],
    prints: named(['Bread line', 'Cake line', 'Retired till'], 'name'),
  },
  {
    argv: 'apigee applications describe db01c8aa-64a9-4420-ab93-89fdfd5fd4f1',
    sends: ['GET apps/db01c8aa-64a9-4420-ab93-89fdfd5fd4f1'],
    prints: (said) => {
      const { name, credentials } = fieldsIn(said);
      assert.equal(name, 'Bread line');
      assert.deepEqual(
        rowsIn({ ...said, document: credentials }).map(({ scopes }) => scopes),
        [['payments.read', 'payments.write']],
      );
    },
  },
  {
    argv: 'apigee deployments list',
    sends: ['GET deployments'],
    prints: (said) =>
      assert.deepEqual([...new Set(rowsIn(said).map(({ environment }) => environment))], ['dev', 'prod', 'test']),
  },
  {
    argv: 'apigee deployments list --environment=dev',
    sends: ['GET environments/dev/deployments'],
    isEssential: true,
    prints: (said) => assert.equal(rowsIn(said).length, 7),
  },
  {
    argv: 'apigee deployments list --api=payments-v2',
    sends: ['GET apis/payments-v2/deployments'],
    prints: named(['4', '3', '3'], 'revision'),
  },
  {
    argv: 'apigee deployments describe --environment=dev --api=payments-v2',
    sends: [
      'GET environments/dev/apis/payments-v2/deployments',
      'GET environments/dev/apis/payments-v2/revisions/4/deployments',
    ],
    prints: (said) => {
      assert.equal(fieldsIn(said)['state'], 'READY');
      assert.match(said.stderr, /Using deployed revision `4`/);
    },
  },
  {
    argv: 'apigee apis deploy 1 --environment=dev --api=kyc_checks-v1 --override',
    sends: [`POST ${DEPLOYMENT}/1/deployments?override=true`],
    prints: (said) => assert.equal(fieldsIn(said)['revision'], '1'),
  },
  {
    argv: 'apigee deployments list --environment=dev --api=kyc_checks-v1 --revision=1',
    sends: [`GET ${DEPLOYMENT}/1/deployments`],
    prints: named(['kyc_checks-v1'], 'apiProxy'),
  },
  {
    argv: 'apigee apis undeploy 1 --environment=dev --api=kyc_checks-v1',
    sends: [`DELETE ${DEPLOYMENT}/1/deployments`],
    prints: () => undefined,
  },
  {
    argv: 'apigee apis deploy --environment=dev --api=kyc_checks-v1',
    sends: ['GET apis/kyc_checks-v1', `POST ${DEPLOYMENT}/2/deployments`],
    isEssential: true,
    prints: (said) => assert.match(said.stderr, /Using current latest revision `2`/),
  },
];

const ARCHIVES = 'environments/workbench/archiveDeployments';

/** What is uploaded goes to a signed URL of the storage, without a token; the labels are patched without a mask. */
export const archiveCommands: readonly GcloudCommand[] = [
  {
    argv: 'beta apigee archives list --environment=workbench',
    sends: [`GET ${ARCHIVES}?pageSize=100`],
    isEssential: true,
    prints: (said) => assert.equal(archivesIn(said).length, 2),
  },
  {
    argv: 'beta apigee archives deploy --environment=workbench --source=SOURCE --labels=build=24',
    sends: [
      `POST ${ARCHIVES}:generateUploadUrl`,
      'PUT /_storage/acme-prod-archives/*',
      `POST ${ARCHIVES}`,
      'GET operations/*',
    ],
    isEssential: true,
    prints: () => undefined,
  },
  {
    argv: 'beta apigee archives list --environment=workbench',
    sends: [`GET ${ARCHIVES}?pageSize=100`, 'GET operations/*'],
    prints: (said) => {
      const [newest] = archivesIn(said);
      assert.deepEqual([newest?.['operationStatus'], newest?.['labels']], ['Deployed', { build: '24' }]);
    },
  },
  {
    argv: 'beta apigee archives describe c8d0y5hn4sje6flu1g --environment=workbench',
    // Whether it is the one that runs is told by the others.
    sends: [`GET ${ARCHIVES}?pageSize=100`, 'GET operations/*'],
    prints: (said) => assert.deepEqual(fieldsIn(said)['labels'], { build: '23', team: 'rates' }),
  },
  {
    argv: 'beta apigee archives update c8d0y5hn4sje6flu1g --environment=workbench --update-labels=build=25',
    sends: [`GET ${ARCHIVES}/c8d0y5hn4sje6flu1g`, `PATCH ${ARCHIVES}/c8d0y5hn4sje6flu1g`],
    prints: (said) => assert.deepEqual(fieldsIn(said)['labels'], { build: '25', team: 'rates' }),
  },
  {
    argv: 'beta apigee archives delete c8d0y5hn4sje6flu1g --environment=workbench',
    sends: [`DELETE ${ARCHIVES}/c8d0y5hn4sje6flu1g`],
    prints: () => undefined,
  },
];

/** gcloud prints a row for each, with the archive in it. */
function archivesIn(said: Said): Rows {
  return rowsIn(said).map(({ archiveDeployments }) => fieldsIn({ ...said, document: archiveDeployments }));
}

/** Three pages by `count` and `startKey`: the key is the last of the page before, which comes again. */
export const pagedProducts: GcloudCommand & { readonly count: number } = {
  count: 2100,
  argv: 'apigee products list',
  sends: [
    'GET apiproducts?count=1000',
    'GET apiproducts?count=1000&startKey=product-0999',
    'GET apiproducts?count=1000&startKey=product-1998',
  ],
  isEssential: true,
  prints: (said) => {
    const names = rowsIn(said).map(({ name }) => String(name));
    assert.deepEqual([names.length, new Set(names).size, names.at(-1)], [2100, 2100, 'product-2099']);
  },
};

/** Commands about a long-running operation that has ended, by its id. */
export function operationCommands(uuid: string): readonly GcloudCommand[] {
  return [
    {
      argv: `beta apigee operations describe ${uuid}`,
      sends: [`GET operations/${uuid}`],
      isEssential: true,
      prints: (said) => {
        const { done, metadata } = fieldsIn(said);
        assert.equal(done, true);
        assert.equal(fieldsIn({ ...said, document: metadata })['state'], 'FINISHED');
      },
    },
    { argv: 'beta apigee operations list', sends: ['GET operations'], prints: named([uuid], 'uuid') },
  ];
}
