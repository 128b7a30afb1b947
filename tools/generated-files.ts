import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotRestorePage } from './cannot-restore.ts';
import { changelogPage } from './changelog.ts';
import { errorCodesPage } from './error-codes-page.ts';
import { exitCodesPage } from './exit-codes.ts';
import type { GeneratedFile } from './generated-file.ts';
import { jsonSchemas } from './json-schemas.ts';
import { outputFormatsPage, verbFormats } from './output-formats-page.ts';

/** Every generated file as it should be now. `root` is the repository. */
export function generatedFiles(root: string): GeneratedFile[] {
  const changes = globSync('*/*.md', { cwd: join(root, 'changes') })
    .toSorted()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, 'changes', path), 'utf8') }));
  return [
    ...jsonSchemas(),
    exitCodesPage(),
    errorCodesPage(),
    cannotRestorePage(),
    outputFormatsPage(verbFormats),
    changelogPage(changes),
  ];
}
