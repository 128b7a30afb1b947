import { createServer } from 'node:https';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { ApigeeSimulator, type SimulatorOptions } from './apigee-simulator.ts';
import { controlSurface } from './control-surface.ts';
import type { WireAnswer } from './request-handling.ts';

/** A simulator that answers on a port of this machine. */
export interface RunningApigeeSimulator {
  /** `http://127.0.0.1:8080`, without a slash at the end; `https:` where there is a certificate. */
  readonly url: string;
  readonly simulator: ApigeeSimulator;
  /** Stops listening, cuts connections and gives the stores back. */
  close(): Promise<void>;
}

/** Starts a simulator; port 0 takes a free one. `tls`: a certificate and its key in PEM; it then speaks https. */
export async function startApigeeSimulator(
  options: SimulatorOptions & {
    readonly port: number;
    readonly host?: string;
    readonly tls?: { readonly cert: string; readonly key: string };
  },
): Promise<RunningApigeeSimulator> {
  const simulator = new ApigeeSimulator(options);
  const hostname = options.host ?? '127.0.0.1';
  const app = simulatorApp(simulator);
  const { tls } = options;
  const https = tls === undefined ? {} : { createServer, serverOptions: tls };
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port: options.port, hostname, ...https }, (address) => {
      resolve({ url: `${tls === undefined ? 'http' : 'https'}://${hostname}:${address.port}`, simulator, close });
    });
    server.on('error', reject);
    const close = async (): Promise<void> => {
      await new Promise<void>((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      simulator.close();
    };
  });
}

/** The HTTP face of a simulator: the API, and the controls under `/_sim`. */
export function simulatorApp(simulator: ApigeeSimulator): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.route('/_sim', controlSurface(simulator));
  app.all('*', async (context) => {
    const { raw } = context.req;
    const url = raw.url;
    const answer = await simulator.handle({
      http: raw.method,
      target: url.slice(url.indexOf('/', url.indexOf('//') + 2)),
      token: bearerToken(context.req.header('authorization')) ?? context.req.query('access_token'),
      contentType: context.req.header('content-type') ?? '',
      origin: new URL(url).origin,
      lengthRange: context.req.header('x-goog-content-length-range'),
      readBody: async () => new Uint8Array(await raw.arrayBuffer()),
    });
    if (answer.delivery === 'whole') return new Response(answer.body ?? null, answer);
    cut(context.env.outgoing, answer);
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer\s+(.+)$/i.exec(authorization)?.[1]?.trim();
}

/** Sends nothing or half of the body, then closes the connection. */
function cut(outgoing: HttpBindings['outgoing'], answer: WireAnswer): void {
  if (answer.delivery === 'dropped' || answer.body === undefined) {
    outgoing.destroy();
    return;
  }
  const whole = Buffer.from(answer.body);
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(whole.byteLength) });
  outgoing.write(whole.subarray(0, Math.floor(whole.byteLength / 2)), () => outgoing.destroy());
}
