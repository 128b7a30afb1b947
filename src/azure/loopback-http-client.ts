import { createDefaultHttpClient, createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { UserError } from '../core/errors.ts';
import { isLoopbackHost } from '../platform/loopback.ts';

/**
 * Sends what is meant for Azure to a simulator on this machine: copies of the requests, so that the library goes on with the
 * addresses of Azure. UserError `ENDPOINT_REFUSED` for any other machine: it would be given the tokens.
 */
export function createLoopbackHttpClient(endpoint: string): HttpClient {
  const to = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (to === undefined || !isLoopbackHost(to.hostname)) {
    throw new UserError({
      code: 'ENDPOINT_REFUSED',
      message: `"${endpoint}" is no address of this machine, and the requests for Azure carry tokens.`,
      next: 'Leave the variable away: it is for simulators on 127.0.0.1.',
    });
  }
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const from = new URL(request.url);
      const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
      // Which of its many names is meant; the address itself says no more.
      headers.set('host', from.host);
      const url = new URL(`${from.pathname}${from.search}`, to).toString();
      const answer = await inner.sendRequest({ ...request, url, headers, allowInsecureConnection: true });
      return { ...answer, request };
    },
  };
}
