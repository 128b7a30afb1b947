import { UserError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import type { EffectiveValue } from '../effective-configuration.ts';
import type { Output } from '../output.ts';
import { renderTable } from '../render/table.ts';
import type { OutputDocument } from '../schema/documents.ts';

export const config: Command = {
  arguments: [{ name: 'ACTION', summary: 'print', choices: ['print'] }],
  options: [],
  details: [
    'Prints every setting as it counts and where it comes from: a flag, a variable, file and line, or the default. Secrets',
    'are hidden. With several organizations in the file and none named, each is shown. The form of the file is published in',
    'schemas/configuration.schema.json.',
  ],
  vaultAsOf: 'no-vault',
  examples: ['holdfast config print', 'holdfast config print --org acme-prod -o yaml'],
  async run({ argument, output, describeConfiguration }) {
    const action = argument('ACTION');
    if (action !== 'print') {
      throw new UserError({
        code: 'USAGE',
        message: `\`holdfast config\` cannot "${action}".`,
        next: 'Use `holdfast config print`.',
      });
    }
    const { file, organizations } = await describeConfiguration();
    const document: OutputDocument<'config'> = {
      schema: 'holdfast/config/1',
      file: file ?? null,
      organizations: organizations.map(({ organization, values }) => ({ organization, values })),
    };
    await output.document(document, () => [
      file === undefined ? 'There is no configuration file.' : `Configuration file: ${file}`,
      ...organizations.flatMap(({ organization, values }) => [
        '',
        output.style.bold(organization === null ? 'No organization named' : `Organization ${organization}`),
        ...renderValues(values, output),
      ]),
    ]);
    return 0;
  },
};

function renderValues(values: readonly EffectiveValue[], { width, style }: Output): string[] {
  return renderTable({
    columns: [{ title: 'Setting' }, { title: 'Value', flexible: true }, { title: 'From' }],
    rows: values
      .filter(({ origin }) => origin !== 'unset')
      .map(({ name, value, origin, where }) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
        where === null ? origin : shortPlace(where),
      ]),
    width,
    style,
  });
}

/** The folder of the file stands above the table. */
function shortPlace(where: string): string {
  return where.slice(Math.max(where.lastIndexOf('/'), where.lastIndexOf('\\')) + 1);
}
