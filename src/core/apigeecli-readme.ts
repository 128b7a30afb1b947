import type { NotCaptured } from './ledger.ts';

export interface ApigeecliReadme {
  readonly point: {
    readonly id: string;
    readonly organization: string;
    readonly time: string;
    readonly notCaptured: readonly NotCaptured[];
  };
  readonly leftOut: readonly { readonly kind: string; readonly resources: number; readonly why: string }[];
  readonly notImported: readonly { readonly kind: string; readonly resources: number }[];
  readonly renamed: ReadonlySet<string>;
}

/** What `apigeecli organizations import` (release 2.17) does to what it reads: seen in its source, or tried against a stub. */
const losses: readonly string[] = [
  'Only the newest captured revision of each proxy and shared flow is here, because the import takes names from file names. Nothing is deployed.',
  'App keys keep key, secret, products and scopes. Their status, expiry, attributes and the status of each product are not sent: a revoked key comes back approved and never expires.',
  'Developers and apps come back active; a status is not sent.',
  'Entries of environment maps are looked up under another name than that of their files, so they are not imported; those of proxies are not read at all.',
  'Maps of the organization are looked up under the name of the organization that is imported into: rename `ORGANIZATION__kvms.json` for another one.',
  'Entries of a map stand in one file, because of several the import reads the last one only.',
  'Of environments only type, deployment type and forward proxy are sent; the import does not wait until they are there.',
  'Fields that apigeecli does not know are dropped: among others payload groups of products.',
  'Debug masks are imported with `--import-debugmask` only.',
  'What exists already ends the run, but for keystores, references and target servers. Errors of apps are logged and leave the exit code 0.',
];

/** The README of an export in apigeecli's layout. The same point gives the same text. */
export function apigeecliReadme({ point, leftOut, notImported, renamed }: ApigeecliReadme): string {
  return `${[
    `# Export of ${quoted(point.organization)}`,
    '',
    `Point ${quoted(point.id)} of ${point.time}, in the layout of \`apigeecli organizations export\`. **The files hold secrets in clear.**`,
    '`manifest.json` lists every file with its SHA-256.',
    '',
    '    apigeecli organizations import --org ORGANIZATION --folder . --token TOKEN',
    '',
    'A restore with `holdfast restore` loses none of this. The import does:',
    '',
    ...losses.map((line) => `- ${line}`),
    ...section(
      'In the point, but without a place in this layout',
      leftOut.map(({ kind, resources, why }) => `${quoted(kind)}, ${resources}: ${why}`),
    ),
    ...section(
      'Here, but read by no import',
      notImported.map(({ kind, resources }) => `${quoted(kind)}, ${resources}`),
    ),
    ...section(
      'Names that cannot be names of files, so are percent-encoded (the import will not find what belongs to them)',
      [...renamed].sort().map(quoted),
    ),
    ...section(
      'Not in the point at all',
      point.notCaptured.map(({ kind, why }) => `${quoted(kind)}: ${why}`),
    ),
  ].join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)];
}

/** Names are other people's text: as JSON they are one line, and in a code block of their own they are nothing else. */
function quoted(text: string): string {
  const shown = /^[\w.@ -]+$/.test(text) ? text : JSON.stringify(text).replace(/[^\x20-\x7E]|`/g, escaped);
  return `\`${shown}\``;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
