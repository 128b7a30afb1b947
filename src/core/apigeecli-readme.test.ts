import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApigeecliReadme, apigeecliReadme } from './apigeecli-readme.ts';

const bare: ApigeecliReadme = {
  point: { id: 'p1', organization: 'acme-prod', time: '2026-05-10T00:00:00.000Z', notCaptured: [] },
  leftOut: [],
  notImported: [],
  renamed: new Set(),
};

/** The text from a heading on. */
function sectionsOf(readme: Partial<ApigeecliReadme>): string {
  const text = apigeecliReadme({ ...bare, ...readme });
  return text.slice(text.indexOf('\n\n## '));
}

test('the README says what is exported, how it is imported, and what the import loses', () => {
  assert.equal(
    apigeecliReadme(bare),
    `# Export of \`acme-prod\`

Point \`p1\` of 2026-05-10T00:00:00.000Z, in the layout of \`apigeecli organizations export\`. **The files hold secrets in clear.**
\`manifest.json\` lists every file with its SHA-256.

    apigeecli organizations import --org ORGANIZATION --folder . --token TOKEN

A restore with \`holdfast restore\` loses none of this. The import does:

- Only the newest captured revision of each proxy and shared flow is here, because the import takes names from file names. Nothing is deployed.
- App keys keep key, secret, products and scopes. Their status, expiry, attributes and the status of each product are not sent: a revoked key comes back approved and never expires.
- Developers and apps come back active; a status is not sent.
- Entries of environment maps are looked up under another name than that of their files, so they are not imported; those of proxies are not read at all.
- Maps of the organization are looked up under the name of the organization that is imported into: rename \`ORGANIZATION__kvms.json\` for another one.
- Entries of a map stand in one file, because of several the import reads the last one only.
- Of environments only type, deployment type and forward proxy are sent; the import does not wait until they are there.
- Fields that apigeecli does not know are dropped: among others payload groups of products.
- Debug masks are imported with \`--import-debugmask\` only.
- What exists already ends the run, but for keystores, references and target servers. Errors of apps are logged and leave the exit code 0.
`,
  );
});

test('what has no place, what no import reads, names that were encoded and what is missing have their sections', () => {
  assert.equal(
    sectionsOf({
      leftOut: [{ kind: 'instance', resources: 2, why: 'apigeecli exports no instances' }],
      notImported: [
        { kind: 'app-group', resources: 1 },
        { kind: 'custom-report', resources: 3 },
      ],
      renamed: new Set(['b c', 'a.b']),
      point: { ...bare.point, notCaptured: [{ kind: 'certificate', why: 'nothing gives it out' }] },
    }),
    `

## In the point, but without a place in this layout

- \`instance\`, 2: apigeecli exports no instances

## Here, but read by no import

- \`app-group\`, 1
- \`custom-report\`, 3

## Names that cannot be names of files, so are percent-encoded (the import will not find what belongs to them)

- \`a.b\`
- \`b c\`

## Not in the point at all

- \`certificate\`: nothing gives it out
`,
  );
});

test('a name of other people is one line and ends no block of code', () => {
  const shown = (name: string): string | undefined => /^- (.*)$/m.exec(sectionsOf({ renamed: new Set([name]) }))?.[1];
  assert.equal(shown('a_b.C@d-1 e'), '`a_b.C@d-1 e`');
  assert.equal(shown('a`b'), '`"a\\u0060b"`');
  assert.equal(shown('a\nb'), '`"a\\nb"`');
  assert.equal(shown('Zoë/x'), '`"Zo\\u00eb/x"`');
  assert.equal(shown('\u4e2d'), '`"\\u4e2d"`');
  assert.equal(shown('a~'), '`"a~"`');
  assert.equal(shown('\u007f'), '`"\\u007f"`');
  assert.equal(shown('/plain'), '`"/plain"`');
  assert.equal(shown('plain/'), '`"plain/"`');
});
