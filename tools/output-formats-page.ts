import { type FormatName, formatNames, usualFormats } from '../src/cli/output.ts';
import { registry } from '../src/cli/registry.ts';
import { type GeneratedFile, generatedNotice, markdownTable } from './generated-file.ts';

/** A verb with the formats of its `-o`. */
export interface VerbFormats {
  readonly name: string;
  readonly formats: readonly FormatName[];
}

/** Of every verb there is. */
export const verbFormats: readonly VerbFormats[] = await Promise.all(
  registry.map(async ({ name, load }) => ({ name, formats: (await load()).formats ?? usualFormats })),
);

const meanings: Readonly<Record<FormatName, string>> = {
  table: 'for people; the default',
  json: 'one document with `schema`; its form is published in `schemas/`',
  yaml: 'the same document as YAML 1.2, without anchors',
  ndjson:
    'one JSON object for each line: an element of the document\'s main array (of `show`, a row of the ledger; a damaged manifest among the points is `{"damaged": …}`), or the document where it has none',
  markdown: 'for comments on pull requests; cut to what fits into one, with the number of what was left out',
  junit:
    'a test case for each kind and each difference, for each point, check or secret: failed = differs, damaged or not met, error = could not be compared or told, skipped = not checked',
  sarif:
    'SARIF 2.1.0 for code scanning (of `show` the suspected credentials), with rules such as `drift/changed` and fingerprints that stay the same from run to run',
};

/** `docs/output-formats.md`: each format, what it is, and the verbs that have it. */
export function outputFormatsPage(verbs: readonly VerbFormats[]): GeneratedFile {
  const rows = formatNames.map((format) => [`\`${format}\``, describeVerbs(format, verbs), meanings[format]]);
  const text = `${generatedNotice('`tools/output-formats-page.ts` and the verbs in `src/cli/commands`')}

# Output formats

\`-o FORMAT\`, or \`HOLDFAST_OUTPUT\`. A format that a verb does not have ends with 64 and names those that it has; each verb's
\`--help\` lists them too.

${markdownTable(['format', 'verbs', 'what it is'], rows)}

The exit status is the same in every format.

Names and values in an organization are other people's text. In every format characters that act on a terminal are escaped
(\`\\u001b\` in JSON, \`\\u{1b}\` elsewhere); in Markdown such text stands in code only, so that it is no link, image or mention.
`;
  return { path: 'docs/output-formats.md', text };
}

function describeVerbs(format: FormatName, verbs: readonly VerbFormats[]): string {
  const having = verbs.filter(({ formats }) => formats.includes(format));
  const lacking = verbs.filter((verb) => !having.includes(verb));
  if (lacking.length === 0) return 'all';
  return lacking.length < having.length ? `all but ${namesOf(lacking)}` : namesOf(having);
}

function namesOf(verbs: readonly VerbFormats[]): string {
  return verbs.map(({ name }) => `\`${name}\``).join(', ');
}
