import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';

export interface AlteredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * A server before another one that answers some requests itself (`alter` by path) and passes the others on. Closed when the
 * test ends. Answers its address.
 */
export async function startAlteringProxy(
  t: TestContext,
  upstream: string,
  alter: (path: string) => AlteredAnswer | undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    answer(request, path)
      .then(({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const answer = async (request: IncomingMessage, path: string): Promise<AlteredAnswer> => {
    const altered = alter(path);
    if (altered !== undefined) return altered;
    const authorization = request.headers.authorization ?? '';
    const passed = await fetch(`${upstream}${path}`, { headers: { authorization } });
    const contentType = passed.headers.get('content-type') ?? '';
    return { status: passed.status, contentType, body: await passed.bytes() };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
