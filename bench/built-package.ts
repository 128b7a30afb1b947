import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = new URL('..', import.meta.url).pathname;
let built: string | undefined;

/** The package as it is published, built from the sources into a folder of its own, once for all rows that ask. */
export function builtPackage(): string {
  built ??= build();
  return built;
}

function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-package-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'src', 'tools', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const { status, stdout } = spawnSync(process.execPath, ['tools/build.ts'], { cwd: folder });
  if (status !== 0) throw new Error(`The build failed:\n${stdout.toString()}`);
  // With the sources at hand the launcher would start those.
  rmSync(join(folder, 'src'), { recursive: true });
  return folder;
}
