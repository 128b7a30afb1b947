import { join } from 'node:path';
import { desiredTrust, hosts } from '../../app/identity/desired-trust.ts';
import { explainTrust, identitySetUp, setUpFormats } from '../../app/identity/identity-set-up.ts';
import { UserError } from '../../core/errors.ts';
import { googleRole, renderRole, roleNames } from '../../core/roles/google-roles.ts';
import type { CommandContext } from '../command.ts';
import type { OptionDefinition } from '../option-definition.ts';
import { verbOptions } from '../options.ts';
import { printable, wrapText } from '../render/printable.ts';
import type { OutputDocument } from '../schema/documents.ts';

type SetUpFile = OutputDocument<'init-identity'>['files'][number];

const EVERY = 'all';

export const identityOptions: readonly OptionDefinition[] = [
  verbOptions.roles,
  verbOptions.host,
  verbOptions.format,
  { ...verbOptions.out, value: 'FOLDER', summary: 'init identity: write files into this folder' },
];

/** Prints or writes what sets up Google and Azure for the two identities; changes nothing anywhere else. */
export async function initIdentity(context: CommandContext): Promise<number> {
  const { flags, settings, house, output, stderr } = context;
  assertRolesAlone(flags);
  const folder = flags.find('out');
  const host = hosts.find((name) => name === flags.find('host'));
  const trust = desiredTrust(settings.identity, host);
  const texts = flags.is('roles') ? roleFiles() : setUpFiles(context, trust, folder);
  const files: SetUpFile[] = [];
  for (const file of texts) {
    const path = folder === undefined ? null : join(folder, file.name);
    if (path !== null) await house.writePrivateFile(path, file.text ?? '');
    files.push({ ...file, path, text: path === null ? file.text : null });
  }
  const isRoles = flags.is('roles');
  const document: OutputDocument<'init-identity'> = {
    schema: 'holdfast/init-identity/1',
    host: isRoles ? null : trust.host,
    files,
    missing: isRoles ? [] : [...trust.missing],
    explanation: isRoles ? [] : [...explainTrust(trust)],
  };
  await output.document(document, () => renderFiles(document));
  // Beside the texts, so that these can be piped on.
  if (output.format === 'table') for (const line of notes(document, output.width)) stderr.write(`${line}\n`);
  return 0;
}

/** Roles are the same everywhere and have one format. */
function assertRolesAlone(flags: CommandContext['flags']): void {
  const stray = ['host', 'format'].find((name) => flags.origin(name) === 'flag');
  if (!flags.is('roles') || stray === undefined) return;
  throw new UserError({
    code: 'USAGE',
    message: `--${stray} means nothing to init identity --roles.`,
    next: 'Leave it away.',
  });
}

function roleFiles(): readonly Omit<SetUpFile, 'path'>[] {
  return roleNames.map((name) => {
    const role = googleRole(name);
    return { name: `${role.id}.yaml`, format: 'role' as const, text: renderRole(role) };
  });
}

function setUpFiles(
  { flags }: CommandContext,
  trust: ReturnType<typeof desiredTrust>,
  folder: string | undefined,
): readonly Omit<SetUpFile, 'path'>[] {
  const asked = flags.find('format') ?? (folder === undefined ? 'gcloud' : EVERY);
  if (asked === EVERY && folder === undefined) {
    throw new UserError({
      code: 'USAGE',
      message: 'All formats together need a folder.',
      next: 'Give --out FOLDER, or one --format.',
    });
  }
  return identitySetUp(
    trust,
    setUpFormats.filter((format) => asked === EVERY || format === asked),
  );
}

function renderFiles({ files }: OutputDocument<'init-identity'>): string[] {
  return files.flatMap(({ name, text, path }, index) => {
    if (path !== null) return [`Wrote ${printable(path)}.`];
    const separator = files.length > 1 && index > 0 ? ['---'] : [];
    const title = files.length > 1 ? [`# ${name}`] : [];
    return [...separator, ...title, ...(text ?? '').trimEnd().split('\n')];
  });
}

function notes({ missing, explanation }: OutputDocument<'init-identity'>, width: number): string[] {
  const lines = [
    ...explanation,
    ...(missing.length === 0
      ? []
      : [`Not in the configuration, so its name stands for it: ${missing.join(', ')}. See docs/identity.md.`]),
  ];
  return lines.flatMap((line) =>
    wrapText(printable(line), width - 2).map((part, index) => `${index === 0 ? '- ' : '  '}${part}`),
  );
}
