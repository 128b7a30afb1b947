/** Licences that ask for no more than attribution. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** One sentence for each package whose SPDX expression does not let everybody use it permissively. */
export function findLicenceProblems(
  packages: readonly { readonly name: string; readonly licence: string | undefined }[],
): string[] {
  return packages.flatMap(({ name, licence }) => {
    if (licence === undefined) return [`${name} states no licence.`];
    return isPermissive(licence) ? [] : [`${name} is under ${licence}, which is not among the permissive licences.`];
  });
}

/** Of alternatives (OR) one is enough, of a conjunction (AND) each counts. AND binds closer; brackets are not nested. */
function isPermissive(expression: string): boolean {
  return splitOutside(expression, ' OR ').some((alternative) =>
    splitOutside(alternative, ' AND ').every((part) => {
      const bare = part.trim();
      return bare.startsWith('(') && bare.endsWith(')') ? isPermissive(bare.slice(1, -1)) : permissive.has(bare);
    }),
  );
}

function splitOutside(expression: string, separator: string): string[] {
  const parts: string[] = [];
  for (const piece of expression.split(separator)) {
    const last = parts.at(-1);
    const isOpen = last !== undefined && last.split('(').length > last.split(')').length;
    if (isOpen) parts[parts.length - 1] = last + separator + piece;
    else parts.push(piece);
  }
  return parts;
}
