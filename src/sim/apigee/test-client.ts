import { ApigeeSimulator, type SimulatorOptions } from './apigee-simulator.ts';
import { writeArchive } from './bundle-archive.ts';
import { filesOfTexts } from './bundle-files.ts';
import { type Document, documentIn, isDocument } from './document.ts';
import { simulatorApp } from './http-server.ts';

/** An answer as a test looks at it. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as an object; {} when it is something else. */
  readonly body: Document;
  /** The body as a list; [] when it is something else. */
  readonly list: readonly unknown[];
}

/** What a test sends. `path` is below the organization. */
export interface TestRequest {
  readonly body?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  /** null sends none. */
  readonly token?: string | null;
  readonly headers?: { readonly [name: string]: string };
}

/** A simulator with a virtual clock and a client for its first organization, `acme`. */
export class TestClient {
  readonly simulator: ApigeeSimulator;
  readonly #app: ReturnType<typeof simulatorApp>;

  constructor(options: SimulatorOptions = {}) {
    this.simulator = new ApigeeSimulator({ organization: 'acme', clock: 'virtual', ...options });
    this.#app = simulatorApp(this.simulator);
  }

  get(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.send('GET', path, request);
  }

  post(path: string, body?: unknown): Promise<TestAnswer> {
    return this.send('POST', path, body === undefined ? {} : { body });
  }

  put(path: string, body: unknown): Promise<TestAnswer> {
    return this.send('PUT', path, { body });
  }

  delete(path: string): Promise<TestAnswer> {
    return this.send('DELETE', path);
  }

  send(http: string, path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.raw(http, `/v1/organizations/acme${path}`, request);
  }

  async raw(http: string, target: string, request: TestRequest = {}): Promise<TestAnswer> {
    const { token = 'token' } = request;
    const headers: { [name: string]: string } = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...request.headers,
    };
    const sent = request.bytes ?? (request.body === undefined ? null : JSON.stringify(request.body));
    if (request.contentType !== undefined) headers['content-type'] = request.contentType;
    const response = await this.#app.request(target, { method: http, headers, body: sent });
    const text = await response.text();
    const value: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isDocument(value) ? value : {},
      list: Array.isArray(value) ? value : [],
    };
  }

  /** Imports a bundle and answers its revision number. */
  async importProxy(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const answer = await this.send('POST', `/apis?action=import&name=${name}`, {
      bytes: writeArchive(filesOfTexts(files), 0),
      contentType: 'application/octet-stream',
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return String(answer.body['revision']);
  }

  async importFlow(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const answer = await this.send('POST', `/sharedflows?action=import&name=${name}`, {
      bytes: writeArchive(filesOfTexts(files), 0),
      contentType: 'application/octet-stream',
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return String(answer.body['revision']);
  }

  /** An environment that is ready. */
  async addEnvironment(name: string): Promise<void> {
    const answer = await this.post(`/environments?name=${name}`, {});
    if (answer.status !== 200) throw new Error(answer.text);
    this.simulator.settle();
  }

  /** A developer; answers its id. */
  async addDeveloper(email: string): Promise<string> {
    const answer = await this.post('/developers', { email, firstName: 'A', lastName: 'B', userName: email });
    if (answer.status !== 200) throw new Error(answer.text);
    return String(answer.body['developerId']);
  }
}

/** The error object of an answer. */
export function errorOf(answer: TestAnswer): Document {
  return documentIn(answer.body, 'error');
}

/** The detail of that type, {} when there is none. */
export function detailOf(answer: TestAnswer, type: string): Document {
  const details = errorOf(answer)['details'];
  const found: unknown = Array.isArray(details)
    ? details.find((detail: unknown) => isDocument(detail) && String(detail['@type']).endsWith(type))
    : undefined;
  return isDocument(found) ? found : {};
}

/** A small sound proxy bundle; more policies by name. */
export function proxyFiles(marker: string, policies: Readonly<Record<string, string>> = {}): Record<string, string> {
  const steps = Object.keys(policies).map((name) => `<Step><Name>${name}</Name></Step>`);
  const files: Record<string, string> = {
    'apiproxy/p.xml': `<APIProxy revision="1" name="p"><CreatedAt>5</CreatedAt><Description>${marker}</Description></APIProxy>`,
    'apiproxy/proxies/default.xml': `<ProxyEndpoint name="default"><PreFlow><Request>${steps.join('')}</Request></PreFlow><HTTPProxyConnection><BasePath>/${marker}</BasePath></HTTPProxyConnection><RouteRule name="r"><TargetEndpoint>default</TargetEndpoint></RouteRule></ProxyEndpoint>`,
    'apiproxy/targets/default.xml': '<TargetEndpoint name="default"><HTTPTargetConnection/></TargetEndpoint>',
  };
  for (const [name, xml] of Object.entries(policies)) files[`apiproxy/policies/${name}.xml`] = xml;
  return files;
}

/** A FlowCallout policy. */
export function flowCallout(name: string, flow: string): string {
  return `<FlowCallout name="${name}"><SharedFlowBundle>${flow}</SharedFlowBundle></FlowCallout>`;
}

/** A small sound shared flow bundle. */
export function flowFiles(marker: string, policies: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files: Record<string, string> = {
    'sharedflowbundle/f.xml': `<SharedFlowBundle name="f"><Description>${marker}</Description></SharedFlowBundle>`,
    'sharedflowbundle/sharedflows/default.xml': '<SharedFlow name="default"/>',
  };
  for (const [name, xml] of Object.entries(policies)) files[`sharedflowbundle/policies/${name}.xml`] = xml;
  return files;
}
