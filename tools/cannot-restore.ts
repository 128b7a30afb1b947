import { kindNames, kinds } from '../src/core/kinds/index.ts';
import type { Kind } from '../src/core/kinds/kind.ts';
import { notCaptured } from '../src/core/kinds/not-captured.ts';
import { type GeneratedFile, generatedNotice, markdownTable } from './generated-file.ts';

const words: Readonly<Record<Kind['restore'], string>> = {
  yes: 'yes',
  part: 'in part',
  'opt-in': 'only when named',
};

/** `docs/cannot-restore.md`: what a restore does not bring back, from what the kinds say of themselves. */
export function cannotRestorePage(): GeneratedFile {
  const captured = kindNames.map((name) => kinds[name]);
  const limited = captured.filter(({ limits }) => limits.length > 0);
  const text = `${generatedNotice('`src/core/kinds/`')}

# What cannot be restored

A backup that keeps silent about its holes is worse than none. This page lists them for this release; every point
repeats in its ledger what it does not hold, and every plan lists what it cannot bring back, with the reason and what
you can do.

## Captured and restored

${markdownTable(
  ['kind', 'restored'],
  captured.map(({ name, restore }) => [`\`${name}\``, words[restore]]),
)}

## Limits, by kind

${limited.map(({ title, limits }) => `**${capitalise(title.many)}**\n\n${limits.map((limit) => `- ${limit}`).join('\n')}`).join('\n\n')}

## For every kind

- What the server assigns (numbers, ids, times of creation and change) is assigned anew. References inside the
  organization follow: deployments refer to the content of a revision, not to its number. References from outside
  do not.
- Secrets that the API does not give away cannot be captured. They are left alone where they still live, and named in
  the plan where they are gone. No placeholder is ever written.
- A point holds what the API showed to the credentials that took it. What was denied or failed stands in the ledger and
  makes the point partial.

## Not captured in this release

${markdownTable(
  ['area', 'why'],
  notCaptured.map(({ kind, why }) => [`\`${kind}\``, why]),
)}
`;
  return { path: 'docs/cannot-restore.md', text };
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
