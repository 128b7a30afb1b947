import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

/** A simulator's HTTP face on a port of this machine. */
export interface Listening {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and cuts connections. */
  close(): Promise<void>;
}

/** Lets an app answer on the loopback interface; port 0 takes a free one. */
export function listen(app: Hono, port = 0): Promise<Listening> {
  const hostname = '127.0.0.1';
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
      resolve({ url: `http://${hostname}:${address.port}`, close });
    });
    server.on('error', reject);
    const close = (): Promise<void> =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
  });
}
