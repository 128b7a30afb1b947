/**
 * Runs the contract of blob stores on a real storage account: `npm run test:azure`. Ends with 1 when a test failed, and with 69
 * where no account is named: what was not run is never a success.
 */
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { AZURE_ABSENT, connectionString } from './blob-store-variable.ts';

const UNAVAILABLE = 69;

if (connectionString === '') {
  console.log(AZURE_ABSENT);
  process.exitCode = UNAVAILABLE;
} else {
  const events = run({ files: [fileURLToPath(new URL('blob-store.ts', import.meta.url))] });
  events.on('test:fail', () => (process.exitCode = 1));
  events.pipe(new spec()).pipe(process.stdout);
}
