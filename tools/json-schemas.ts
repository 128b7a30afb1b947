import { z } from 'zod';
import { documents } from '../src/cli/schema/documents.ts';
import type { GeneratedFile } from './generated-file.ts';

/** One JSON schema (draft 2020-12) per document of the command line. */
export function jsonSchemas(): GeneratedFile[] {
  return Object.entries(documents).map(([name, document]) => {
    const title = name === 'error' ? 'holdfast error line' : `holdfast/${name}/1`;
    const { $schema, ...rest } = z.toJSONSchema(document, { target: 'draft-2020-12' });
    return {
      path: `schemas/${name}.schema.json`,
      text: `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`,
    };
  });
}
