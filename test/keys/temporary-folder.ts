import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Has what this process writes into the folder for temporary files land below `folder` until the test ends. */
export async function useTemporaryFolder(t: TestContext, folder: string): Promise<void> {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
}
