/** Fails unless every package that users install with Holdfast, at any depth, has a permissive licence. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { findLicenceProblems } from './licences.ts';

const lockfile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), license: z.string().optional() })),
});

const { packages } = lockfile.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const shipped = Object.entries(packages).flatMap(([path, { dev, license }]) =>
  path === '' || dev === true ? [] : [{ name: path.replace(/^.*node_modules\//, ''), licence: license }],
);
const problems = findLicenceProblems(shipped);
for (const problem of problems) console.error(problem);
if (shipped.length === 0 || problems.length > 0) process.exitCode = 1;
else console.log(`${shipped.length} runtime packages, all under permissive licences.`);
