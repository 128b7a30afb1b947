import type { HttpClient, HttpRequest, HttpResponse } from '../platform/http.ts';

/** What a scripted server answers: JSON or text with a status, or an error in place of an answer. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: { readonly [name: string]: string };
}

export interface ScriptedHttp extends HttpClient {
  readonly requests: readonly HttpRequest[];
  /** Path and query of all requests so far, below `organizations/o/`. */
  readonly paths: readonly string[];
}

/** An HTTP client for tests that answers with a function of the request instead of a network. */
export function createScriptedHttp(
  answer: (request: HttpRequest, path: string) => ScriptedAnswer | Error | Promise<ScriptedAnswer | Error>,
): ScriptedHttp {
  const requests: HttpRequest[] = [];
  const paths: string[] = [];
  return {
    requests,
    paths,
    async send(request): Promise<HttpResponse> {
      const url = new URL(request.url);
      const path = `${url.pathname}${url.search}`.replace(/^\/v1\/organizations\/[^/]+\/?/, '');
      requests.push(request);
      paths.push(path);
      const given = await answer(request, path);
      if (given instanceof Error) throw given;
      const text = given.text ?? (given.json === undefined ? '' : JSON.stringify(given.json));
      const type = given.text === undefined ? 'application/json; charset=UTF-8' : 'text/html';
      return {
        status: given.status ?? 200,
        headers: new Map(Object.entries({ 'content-type': type, ...given.headers })),
        body: Buffer.from(text, 'utf8'),
      };
    },
    close: () => undefined,
  };
}
