/**
 * Loaded before each test file (`run-tests.ts`). The runner follows every promise of the process by a hook, only to name the test
 * that an error outside of all tests came from: a quarter of the processor time of a journey. Without the hook such an error fails
 * the file it came from.
 */
import asyncHooks from 'node:async_hooks';

const idle = { enable: () => idle, disable: () => idle };
Object.assign(asyncHooks, { createHook: () => idle });
