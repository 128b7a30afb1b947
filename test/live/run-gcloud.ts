/**
 * Runs stock gcloud against the simulator: `npm run test:gcloud`. Ends with 1 when a command sent or printed anything but what
 * it should, and with 69 where gcloud is not installed: what was not run is never a success.
 */
import { findGcloud, GCLOUD_ABSENT, runCommands } from './gcloud.ts';

const UNAVAILABLE = 69;

const searchPath = process.env['PATH'] ?? '';
const gcloud = await findGcloud(searchPath);
if (gcloud === undefined) {
  console.log(GCLOUD_ABSENT);
  process.exitCode = UNAVAILABLE;
} else {
  let count = 0;
  const onDone = (argv: string): void => {
    count += 1;
    console.log(`✔ gcloud ${argv}`);
  };
  try {
    await runCommands(gcloud, { searchPath, which: 'all', onDone });
    console.log(`${count} commands of ${gcloud}: each sent and printed what it should.`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
