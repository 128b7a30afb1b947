import { resolveOrganization, resolvePoint } from '../../app/points.ts';
import { listResources } from '../../app/resources.ts';
import type { StoredEntry } from '../../app/ports/vault.ts';
import type { Command } from '../command.ts';
import { usualFormats } from '../output.ts';
import { padToWidth, printable } from '../render/printable.ts';

const SHOWN_HASH_LENGTH = 12;
const KIND_WIDTH = 22;

export const ls: Command = {
  arguments: [
    { name: 'POINT', summary: 'an id, a unique prefix of it, a time, or latest' },
    { name: 'GLOB', summary: 'only what matches: * is one segment, ** any number of them', optional: true },
  ],
  options: [],
  formats: [...usualFormats, 'ndjson'],
  details: [
    'One line for each resource: a short hash that is equal when the resource is, the kind, the id, the label.',
    'Reads names and hashes only: writer.key is enough. With -o ndjson each resource is a line of its own.',
  ],
  vaultAsOf: 'reads',
  examples: ["holdfast ls latest 'environments/test/**'", "holdfast ls latest 'developers/*/apps/**' -o ndjson"],
  async run({ house, flags, output, progress, clock, argument, findArgument }) {
    const vault = await house.openVault();
    const organization = await resolveOrganization(vault, flags.find('org'));
    const point = await resolvePoint(vault, organization, argument('POINT'), { nowMs: clock.epochMs(), progress });
    const resources = listResources(point, findArgument('GLOB'));
    await output.list({
      head: { schema: 'holdfast/ls/1', organization, point: point.details.id },
      field: 'resources',
      items: resources,
      describe: describeEntry,
      render: renderEntry,
    });
    return 0;
  },
};

function describeEntry({ id, kind, label, configHash, secretHash }: StoredEntry): object {
  return {
    id,
    kind,
    ...(label === undefined ? {} : { label }),
    configHash,
    ...(secretHash === undefined ? {} : { secretHash }),
  };
}

function renderEntry({ id, kind, label, configHash }: StoredEntry): string {
  // The label of an ordinary resource is its name, which its id shows already.
  const named = label === undefined || id.endsWith(label) ? '' : `  (${printable(label)})`;
  return `${configHash.slice(0, SHOWN_HASH_LENGTH)}  ${padToWidth(kind, KIND_WIDTH)}  ${printable(id)}${named}\n`;
}
