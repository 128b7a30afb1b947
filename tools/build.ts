/** Builds `dist` afresh from `src`: compiled modules, and the data files that lie beside them. */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

rmSync('dist', { recursive: true, force: true });

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const { status } = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

for (const file of globSync('src/**/*.{json,sql,txt,gz}')) {
  cpSync(file, join('dist', file.slice('src/'.length)));
}
