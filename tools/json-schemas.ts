import { z } from 'zod';
import { configSchema } from '../src/platform/config.ts';
import { documents } from '../src/cli/schema/documents.ts';
import type { GeneratedFile } from './generated-file.ts';

/** JSON schemas (draft 2020-12): one per document of the command line, and that of the configuration file. */
export function jsonSchemas(): GeneratedFile[] {
  return [...documentSchemas(), configurationSchema()];
}

/** For editors: `# yaml-language-server: $schema=…` or the key `$schema`. What is written, not what it is read as. */
function configurationSchema(): GeneratedFile {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' });
  const schema = { $schema, title: 'holdfast.yaml', ...rest };
  return { path: 'schemas/configuration.schema.json', text: `${JSON.stringify(schema, undefined, 2)}\n` };
}

function documentSchemas(): GeneratedFile[] {
  return Object.entries(documents).map(([name, document]) => {
    const title = name === 'error' ? 'holdfast error line' : `holdfast/${name}/1`;
    const { $schema, ...rest } = z.toJSONSchema(document, { target: 'draft-2020-12' });
    return {
      path: `schemas/${name}.schema.json`,
      text: `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`,
    };
  });
}
