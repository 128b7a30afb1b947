import { exitCodes } from '../src/cli/exit-codes.ts';
import { errorCodes } from '../src/core/errors.ts';
import { errorCodeLink, faults } from './error-codes-page.ts';
import { errorMeanings } from './error-meanings.ts';
import { type GeneratedFile, generatedNotice, markdownTable } from './generated-file.ts';

/** `docs/exit-codes.md`: the exit statuses, and each error code with its status. */
export function exitCodesPage(): GeneratedFile {
  const meanings = new Map(Object.entries(errorMeanings));
  const codes = Object.entries(errorCodes).map(([code, { exit, fault }]) => [
    `[\`${code}\`](${errorCodeLink(code)})`,
    String(exit),
    fault,
    meanings.get(code) ?? '',
  ]);
  const text = `${generatedNotice('`src/cli/exit-codes.ts`, `src/core/errors.ts` and `tools/error-meanings.ts`')}

# Exit statuses and error codes

Scripts may rely on both: a status or code keeps its meaning once it is released.

${markdownTable(['exit', 'meaning'], exitCodes)}

\`restore\` and \`apply\` end with 0 when all planned calls were done and read back; what cannot be restored at all is
listed in the report and does not change the status. A comparison ends with 3 only when there is no difference, but
parts of it are unknown.

## Error codes

A verb that fails says on stderr what happened, to which resource, and what to do next. With \`-o json\` the last line on
stderr is one JSON object (schema: \`schemas/error.schema.json\`):

    {"error":{"code":"POINT_NOT_FOUND","fault":"user","resource":null,"message":"…","next":"…","exit":1}}

Each code is explained, with what to do about it, in [error codes](errors.md). \`fault\` says where to look:

${markdownTable(['fault', 'what failed'], Object.entries(faults))}

${markdownTable(['code', 'exit', 'fault', 'meaning'], codes)}
`;
  return { path: 'docs/exit-codes.md', text };
}
