/** Loaded before the command line in a process that is measured: writes what it used into the file it is told. */
import { writeFileSync } from 'node:fs';

const file = process.env['HOLDFAST_BENCH_REPORT'];
if (file !== undefined) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
  });
}
