import type { ApiAnswer, ApiCall, Transport } from './transport.ts';

/**
 * The transport, except that each of these paths is asked once: who asks for it again gets the same answer, or the same
 * failure. For one look at what stands in several readings.
 */
export function shareAnswers(transport: Transport, paths: ReadonlySet<string>): Transport {
  if (paths.size === 0) return transport;
  const answers = new Map<string, Promise<ApiAnswer>>();
  return {
    call: (call) => {
      const key = keyOf(call);
      if (!paths.has(call.path) || key === undefined) return transport.call(call);
      const known = answers.get(key);
      // Two readings of one answer could have been one call.
      if (known !== undefined) transport.countFloor(-1);
      const answer = known ?? transport.call(call);
      answers.set(key, answer);
      return answer;
    },
    download: (...asked) => transport.download(...asked),
    readBytes: (...asked) => transport.readBytes(...asked),
    countFloor: (calls) => transport.countFloor(calls),
    usage: () => transport.usage(),
  };
}

function keyOf({ method, path, query, access }: ApiCall): string | undefined {
  return method === 'GET' && access === 'read' ? JSON.stringify([path, query ?? {}]) : undefined;
}
