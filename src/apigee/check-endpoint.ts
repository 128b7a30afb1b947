import { UserError } from '../core/errors.ts';
import { isLoopbackHost } from '../platform/loopback.ts';

/**
 * The endpoint without a slash at its end. UserError `ENDPOINT_REFUSED` for one that is no URL, carries credentials, or is
 * plain http to another machine.
 */
export function checkEndpoint(endpoint: string): string {
  const next = 'Give an https URL without a path (HOLDFAST_APIGEE_ENDPOINT); plain http is only for this machine.';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UserError({ code: 'ENDPOINT_REFUSED', message: `"${endpoint}" is not a web address.`, next });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError({ code: 'ENDPOINT_REFUSED', message: 'The endpoint must not carry credentials.', next });
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    const message = `${url.origin} is not encrypted: a token and every secret would travel in the clear.`;
    throw new UserError({ code: 'ENDPOINT_REFUSED', message, next });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
