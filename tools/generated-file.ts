/** A file of the repository that is made from sources by `npm run generate`, and checked by a test to be current. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The first lines of a generated page. */
export function generatedNotice(sources: string): string {
  return `<!-- Made by \`npm run generate\` from ${sources}; edit those. -->`;
}

/** A Markdown table; cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
