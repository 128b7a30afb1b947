import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What every kind made of its samples when somebody last looked at it. */
export const descriptionsFile = fileURLToPath(new URL('descriptions.txt', import.meta.url));

/** The text about each kind, by its name. */
export function readDescriptions(): ReadonlyMap<string, string> {
  const sections = readFileSync(descriptionsFile, 'utf8').split(/^(?=## )/m);
  return new Map(sections.map((section) => [/^## (\S+)/.exec(section)?.[1] ?? '', section]));
}
