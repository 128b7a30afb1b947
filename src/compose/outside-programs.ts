import { resolve } from 'node:path';
import type { HookRequest } from '../cli/house.ts';
import type { ProcessOutcome } from '../platform/run-process.ts';
import { findTextFile } from '../platform/text-file.ts';
import { isCredentialVariable } from './credential-variables.ts';
import type { Foundation } from './foundation.ts';

const PING_TIMEOUT_MS = 10_000;
const HOOK_GRACE_MS = 2000;
// Somewhat more than is shown, so that no secret is cut where it could not be told any more.
const MOST_HOOK_OUTPUT_BYTES = 64 * 1024;
const MOST_PING_ANSWER_BYTES = 64 * 1024;

/** Monitors that are told and hooks that are run; neither learns a secret of this run. */
export class OutsidePrograms {
  readonly #base: Foundation;

  constructor(base: Foundation) {
    this.#base = base;
  }

  async ping(url: string, text: string): Promise<void> {
    const { progress, signal } = this.#base.surroundings;
    try {
      const http = await this.#base.httpClient();
      const body = new TextEncoder().encode(text);
      const { status } = await http.send({
        method: 'POST',
        url,
        body,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        timeoutMs: PING_TIMEOUT_MS,
        maxBytes: MOST_PING_ANSWER_BYTES,
        // The news of an interruption is sent after the interruption.
        ...(signal.aborted ? {} : { signal }),
      });
      if (status >= 300) progress.warn(`The monitor of HOLDFAST_PING_URL answered ${status}.`);
    } catch (error) {
      signal.throwIfAborted();
      progress.warn(`The monitor of HOLDFAST_PING_URL was not reached: ${error instanceof Error ? error.message : ''}`);
    }
  }

  async runHook({ isInterruptible, environment: facts, ...request }: HookRequest): Promise<ProcessOutcome> {
    const { clock, cwd, environment, signal } = this.#base.surroundings;
    const { runProcess } = await import('../platform/run-process.ts');
    await this.#concealAll();
    // Whoever needs a secret in a hook gives it one of its own.
    const harmless = Object.entries(environment).filter(([name]) => !isCredentialVariable(name));
    return runProcess({
      ...request,
      folder: resolve(cwd, request.folder),
      environment: { ...Object.fromEntries(harmless), ...facts },
      graceMs: HOOK_GRACE_MS,
      mostOutputBytes: MOST_HOOK_OUTPUT_BYTES,
      clock,
      signal: isInterruptible ? signal : undefined,
    });
  }

  /** Before somebody else's output is shown: what this run has not used yet, it has not hidden yet either. */
  async #concealAll(): Promise<void> {
    const { environment, conceal } = this.#base.surroundings;
    const file = environment['HOLDFAST_APIGEE_TOKEN_FILE'] || undefined;
    const readings = [
      () => this.#base.identities.tokens('capture'),
      () => this.#base.azureAccess(),
      async () => file !== undefined && conceal((await findTextFile(file))?.trim() ?? ''),
      () => this.#base.readKeys(),
    ];
    for (const read of readings) {
      try {
        await read();
      } catch {
        // What cannot be read is said where it is needed.
      }
    }
  }
}
