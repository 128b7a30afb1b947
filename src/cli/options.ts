import { auditVerbOptions } from './audit/audit-options.ts';
import type { OptionDefinition } from './option-definition.ts';

/** Options that every verb understands, before or after its name. */
export const globalOptions: readonly OptionDefinition[] = [
  {
    name: 'org',
    value: 'NAME',
    summary: 'Apigee organization (default: the only one of the vault)',
    config: ['name'],
  },
  {
    name: 'vault',
    value: 'PLACE',
    summary: 'file:PATH, az://ACCOUNT/CONTAINER[/PREFIX] or az://CONTAINER',
    config: ['vault'],
  },
  {
    name: 'vault-as-of',
    value: 'TIME',
    summary: 'read the vault as it was at a time, from the versions its store keeps',
  },
  { name: 'keys', value: 'FOLDER', summary: 'folder with writer.key, reader.key and so on', config: ['keys'] },
  {
    name: 'endpoint',
    value: 'URL',
    summary: 'Apigee management API',
    default: 'https://apigee.googleapis.com',
    variables: ['HOLDFAST_APIGEE_ENDPOINT'],
    config: ['endpoint'],
  },
  { name: 'state', value: 'PLACE', summary: 'where leases are kept (default: beside the vault)', config: ['state'] },
  {
    name: 'quota-per-minute',
    value: 'CALLS',
    summary: "the organization's quota, or unlimited",
    default: '6000',
    config: ['quotaPerMinute'],
  },
  {
    name: 'quota-share',
    value: 'SHARE',
    summary: 'part of the quota to use, 0 to 1',
    default: '0.5',
    config: ['quotaShare'],
  },
  { name: 'config', value: 'FILE', summary: 'configuration file (default: holdfast.yaml here or above)' },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    summary: 'how to print the answer; each verb says in which formats',
    default: 'table',
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    summary: 'how much to say on stderr',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
  },
  { name: 'no-color', summary: 'no colours (also NO_COLOR)' },
];

/** The options of single verbs; each verb lists those it has. */
export const verbOptions = {
  only: {
    name: 'only',
    config: ['select', 'only'],
    value: 'GLOB',
    many: 'blanks',
    summary: 'resources that match, and what is below them (repeatable)',
  },
  kinds: {
    name: 'kinds',
    config: ['select', 'kinds'],
    value: 'KINDS',
    many: 'commas',
    summary: 'only these kinds, separated by commas',
  },
  preset: {
    name: 'preset',
    config: ['select', 'preset'],
    value: 'NAME',
    summary: 'what operators configure, or who calls',
    choices: ['gateway', 'consumers'],
  },
  revisions: {
    name: 'revisions',
    value: 'N',
    summary: 'deployed revisions and the newest N of each proxy, or all',
    default: '5',
    config: ['revisions'],
  },
  point: {
    name: 'point',
    value: 'POINT',
    summary: 'an id, a unique prefix of it, a time, or latest',
    default: 'latest',
  },
  yes: { name: 'yes', summary: "do not ask to type the organization's name" },
  out: { name: 'out', value: 'FILE', summary: 'write the plan to this file; - is stdout' },
  deleteExtra: { name: 'delete-extra', summary: 'also delete what the point does not have' },
  exitCode: { name: 'exit-code', summary: 'exit 2 when there is something to do, 3 when that is unknown' },
  noWait: { name: 'no-wait', summary: 'do not wait until deployments are ready' },
  layout: {
    name: 'layout',
    value: 'LAYOUT',
    summary: 'a file for each resource, or the files of apigeecli organizations export',
    choices: ['tree', 'apigeecli'],
    default: 'tree',
  },
  zip: { name: 'zip', summary: 'print a bundle as the zip file that a restore would send' },
  reveal: { name: 'reveal', summary: 'open the secrets with restorer.key and print them' },
  allData: { name: 'all-data', summary: 'read and open every byte, not the structure alone' },
  record: { name: 'record', summary: 'write a signed record of the result into the vault' },
  roles: { name: 'roles', summary: 'init identity: only the two custom roles' },
  host: {
    name: 'host',
    value: 'HOST',
    summary: 'init identity: where backups run (default: identity.trust.host)',
    choices: ['container-apps', 'aks', 'vm', 'github', 'azure-pipelines'],
  },
  identity: { name: 'identity', summary: 'also read what Google is set up to trust, and compare it' },
  format: {
    name: 'format',
    value: 'FORMAT',
    summary: 'init identity: which statements (default: gcloud, with --out all)',
    choices: ['gcloud', 'az', 'terraform', 'bicep', 'all'],
  },
  role: { name: 'role', value: 'ROLE', summary: 'add, request: writer, reader, restorer, verifier or pruner' },
  recipient: { name: 'recipient', value: 'KEY', summary: 'add: age1…, or the address of a key in Azure Key Vault' },
  signingKey: {
    name: 'signing-key',
    value: 'BASE64',
    summary: 'add: the public signing key that belongs to an age recipient',
  },
  from: { name: 'from', value: 'TIME', summary: 'revoke: what was signed then or later is refused (default: now)' },
  check: { name: 'check', value: 'FILE', summary: 'kit: prove that root.key in this file opens the newest points' },
  port: { name: 'port', value: 'PORT', summary: 'port of the loopback interface; 0 takes a free one', default: '8080' },
  seed: {
    name: 'seed',
    value: 'NAME',
    summary: 'the organization to start with',
    choices: ['empty', 'small', 'medium', 'huge'],
    default: 'small',
  },
  undelete: { name: 'undelete', summary: 'bring a soft-deleted backup instance back, and resume it' },
  arm: { name: 'arm', summary: 'as an ARM template (JSON)' },
  bicep: { name: 'bicep', summary: 'as a Bicep file' },
  terraform: { name: 'terraform', summary: 'as a Terraform file (azapi provider)' },
  confirm: {
    name: 'confirm',
    value: 'NAME',
    summary: 'the name that would have to be typed, where there is no terminal',
  },
  days: { name: 'days', value: 'DAYS', summary: 'days of a locked immutability that is to be extended' },
  protect: { name: 'protect', summary: 'then have Azure Backup back the vault up, and wait for its job' },
  ...auditVerbOptions,
  latency: { name: 'latency', value: 'MS', summary: 'milliseconds added to each answer', default: '0' },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

/** The same flags select for backup, diff, drift, plan and restore. */
export const selectionOptions: readonly OptionDefinition[] = [verbOptions.only, verbOptions.kinds, verbOptions.preset];
