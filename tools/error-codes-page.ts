import { errorCodes } from '../src/core/errors.ts';
import type { Fault } from '../src/core/errors.ts';
import { errorMeanings } from './error-meanings.ts';
import { errorRemedies } from './error-remedies.ts';
import { type GeneratedFile, generatedNotice } from './generated-file.ts';

/** What failed, for each fault. */
export const faults: Readonly<Record<Fault, string>> = {
  user: 'what was asked, or what is at hand on this side',
  remote: 'another system: Apigee, the store, the network',
  integrity: 'bytes are not what was written',
  internal: 'Holdfast itself',
};

/** The place of `code` on the page of error codes, as seen from `docs/`. */
export function errorCodeLink(code: string): string {
  return `errors.md#${code.toLowerCase()}`;
}

/** `docs/errors.md`: a section for each error code, whose heading is the code (and so its anchor, in lower case). */
export function errorCodesPage(): GeneratedFile {
  const meanings = new Map(Object.entries(errorMeanings));
  const remedies = new Map(Object.entries(errorRemedies));
  const sections = Object.entries(errorCodes).map(
    ([code, { exit, fault }]) => `## ${code}

- Exit status: ${exit}
- Fault: ${fault} (${faults[fault]})

${meanings.get(code) ?? ''}

**What to do:** ${remedies.get(code) ?? ''}
`,
  );
  const sources = '`src/core/errors.ts`, `tools/error-meanings.ts` and `tools/error-remedies.ts`';
  const text = `${generatedNotice(sources)}

# Error codes

Every error of Holdfast has one of these codes. The message on the terminal is the first thing to read: it names the
resource, and often a nearer next step than this page can. [Exit statuses](exit-codes.md) are on a page of their own.

${sections.join('\n')}`;
  return { path: 'docs/errors.md', text };
}
