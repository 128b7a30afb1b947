import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApigeeSimulator } from './apigee-simulator.ts';
import { type DumpLine, dumpDifferences } from './dump.ts';
import { isDocument } from './document.ts';
import { type OrganizationSeed, type Rows, rowsOf, type SeedDocument } from './organization-seed.ts';
import { createHybridSeed, createSeed } from './seeds/index.ts';

/** What a dump does not show, and why it need not: nobody can set it, or something that is shown says it. */
const unseen: readonly { readonly leaves: RegExp; readonly because: string }[] = [
  {
    leaves:
      /\.(createdAt|createTime|lastModifiedAt|lastUpdateTime|updatedAt|updateTime|modified|lastViewedAt|issuedAt|lastCreditTime)$/,
    because: 'the server says when',
  },
  { leaves: /revision(Create|Update)Time$|expireTimeMillis$|\.expiresAt$/, because: 'the server says when' },
  { leaves: /\.etag$/, because: 'it is another with every write' },
  {
    leaves: /\.(developerId|appId|appGroupId|organization|organizationName|org|self)$/,
    because: 'the server names it so',
  },
  { leaves: /^organization\.(?!properties|addonsConfig)/, because: 'no call that is modelled changes it' },
  {
    leaves: /addons(Config)?\.analyticsConfig\.state$/,
    because: 'it says whether the add-on is on, as `enabled` does',
  },
  { leaves: /^(environments|environmentGroups)\[\]\..*state$/, because: 'the server says how far it is' },
  {
    leaves: /^documents<(instance|dnszone|endpointattachment|serviceextension)>.*\.state$/,
    because: 'the server says how far it is',
  },
  {
    leaves:
      /^documents<(instance|endpointattachment|nataddress)>\.(host|port|runtimeVersion|ipAddress|connectionState)$/,
    because: 'the server gives it',
  },
  { leaves: /^documents<instance>\.serviceAttachment$/, because: 'the server gives it' },
  {
    leaves: /^documents<(traceoverride|instanceattachment|rateplan|subscription|archivedeployment)>\.name$/,
    because: 'the server names it so',
  },
  { leaves: /^documents<nataddress>\.name$/, because: 'the name it is kept under is shown' },
  { leaves: /^analytics\.reports\[\]\.(name|environment)$/, because: 'the server says it; the display name is shown' },
  { leaves: /^portal\.items\[\]\.item\.id$/, because: 'the server names it so' },
  { leaves: /oasDocumentation\.format$/, because: 'the server says what it found in the contents' },
  { leaves: /^documents<archivedeployment>\.(id|object)$/, because: 'the server names it so' },
  { leaves: /^documents<archiveobject>/, because: 'the archive says the digest of what is in storage' },
  { leaves: /^iamPolicies\[\]\.policy\.version$/, because: 'conditions are shown' },
  { leaves: /^security\.profiles\[\]\.profile\.revisionId$/, because: 'the server counts' },
  { leaves: /\.total(Deployed|Monitored)Resources$/, because: 'the server counts' },
];

/** A seed whose rows are arrays, and which is nobody else's. */
function plainOf(seed: OrganizationSeed) {
  const { relations: _, ...rest } = seed;
  return structuredClone({
    ...rest,
    proxies: arrayOf(seed.proxies),
    sharedFlows: arrayOf(seed.sharedFlows),
    products: arrayOf(seed.products),
    developers: arrayOf(seed.developers),
    apps: arrayOf(seed.apps),
  });
}

type PlainSeed = ReturnType<typeof plainOf>;

function arrayOf<Row>(rows: Rows<Row>): Row[] {
  return Array.from({ length: rows.count }, (_, index) => rows.at(index));
}

function dumpOf(plain: PlainSeed): DumpLine[] {
  const by = (field: string) => (row: SeedDocument) => String(row[field]);
  const seed: OrganizationSeed = {
    ...plain,
    proxies: rowsOf(plain.proxies, ({ name }) => name),
    sharedFlows: rowsOf(plain.sharedFlows, ({ name }) => name),
    products: rowsOf(plain.products, by('name')),
    developers: rowsOf(plain.developers, by('email')),
    apps: rowsOf(plain.apps, by('appId')),
  };
  return [...new ApigeeSimulator({ organization: 'acme', seedFunction: () => seed }).dump()];
}

/** One place of a seed that holds a text, a number or a yes or no. */
interface Leaf {
  /** Where it is, whichever element of a list it is in. */
  readonly pattern: string;
  readonly value: unknown;
  put(value: unknown): void;
}

function* leavesIn(value: unknown, pattern: string): Generator<Leaf> {
  if (Array.isArray(value)) {
    const elements: unknown[] = value;
    for (const [index, element] of elements.entries())
      yield* leafOr(element, `${pattern}[]`, (to) => (elements[index] = to));
  } else if (isDocument(value)) {
    for (const [field, inner] of Object.entries(value))
      yield* leafOr(inner, `${pattern}.${field}`, (to) => (value[field] = to));
  }
}

function* leafOr(value: unknown, pattern: string, put: Leaf['put']): Generator<Leaf> {
  if (value !== null && typeof value === 'object') yield* leavesIn(value, pattern);
  else if (value !== undefined) yield { pattern, value, put };
}

function* leavesOf({ documents, ...plain }: PlainSeed): Generator<Leaf> {
  for (const [part, value] of Object.entries(plain)) yield* leavesIn(value, part);
  for (const { kind, document } of documents) yield* leavesIn(document, `documents<${kind}>`);
}

function another(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  const text = String(value);
  if (/^\d+$/.test(text)) return String(BigInt(text) + 100_000n);
  return /^\d{4}-/.test(text) ? text.replace(/^\d{4}/, '2031') : `${text}x`;
}

test('whatever is altered in an organization shows in its dump, but for what nobody can set', () => {
  const known = new Set<string>();
  const hidden: string[] = [];
  for (const create of [createSeed, createHybridSeed]) {
    const plain = plainOf(create('small', 'acme'));
    const before = dumpOf(plain);
    const shows = ({ value, put }: Leaf): boolean => {
      put(another(value));
      const differences = dumpDifferences(before, dumpOf(plain), 1000);
      put(value);
      return differences.length > 0;
    };
    const leaves = [...leavesOf(plain)].filter(({ pattern }) => !known.has(pattern));
    for (const [pattern, same] of Map.groupBy(leaves, (leaf) => leaf.pattern)) {
      known.add(pattern);
      if (!same.some(shows)) hidden.push(pattern);
    }
  }
  assert.ok(known.size > 500, `${known.size} places`);
  assert.deepEqual(
    hidden.filter((pattern) => !unseen.some(({ leaves }) => leaves.test(pattern))),
    [],
  );
  assert.deepEqual(
    unseen.filter(({ leaves }) => !hidden.some((pattern) => leaves.test(pattern))).map(({ because }) => because),
    [],
  );
});
