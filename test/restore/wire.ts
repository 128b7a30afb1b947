import type { ApigeeSimulator } from '../../src/sim/apigee/index.ts';

type WireRequest = Parameters<ApigeeSimulator['handle']>[0];

/** Holds every request that matches until it is opened; `reached` resolves when the first one is held. */
export function gate(
  simulator: ApigeeSimulator,
  matches: (request: WireRequest) => boolean,
): { readonly reached: Promise<void>; readonly open: () => void } {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const handle = simulator.handle.bind(simulator);
  simulator.handle = async (request) => {
    if (matches(request)) {
      reached.resolve();
      await opened.promise;
    }
    return handle(request);
  };
  return { reached: reached.promise, open: () => opened.resolve() };
}

/** Does something right after the nth mutating request was answered, before its answer is sent. */
export function afterMutation(simulator: ApigeeSimulator, nth: number, action: () => void): void {
  let seen = 0;
  const handle = simulator.handle.bind(simulator);
  simulator.handle = async (request) => {
    const answer = await handle(request);
    // Addresses of archives are read by POST, and an upload changes nothing yet.
    const isRead = request.http === 'GET' || /:generateDownloadUrl$|^\/_storage\//.test(request.target);
    if (isRead) return answer;
    seen += 1;
    if (seen === nth) action();
    return answer;
  };
}
