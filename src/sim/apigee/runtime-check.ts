import { type Document, documentIn, documentsIn, textIn, textsIn } from './document.ts';
import { findDeployedRevision } from './kinds/deployment-rules.ts';
import { productProxies } from './kinds/product.ts';
import type { SimulatedOrganization } from './simulated-organization.ts';

/** A client's call as a gateway with a VerifyAPIKey policy sees it. */
export interface RuntimeRequest {
  readonly apiKey: string;
  readonly environment: string;
  readonly proxy: string;
  /** Path below the proxy's base path, `/` when left out. */
  readonly path?: string;
}

/** Whether the call gets through; if not, why, in plain words. */
export interface RuntimeVerdict {
  readonly allowed: boolean;
  readonly reason: string;
  readonly app?: string;
  readonly product?: string;
}

/** Does what the gateway does with an API key: proxy deployed, key, app and developer in order, a product that covers the call. */
export function checkRuntime(organization: SimulatedOrganization, request: RuntimeRequest): RuntimeVerdict {
  const place = { environment: request.environment, name: request.proxy };
  if (findDeployedRevision(organization, 'proxy', place) === undefined) {
    return refusal(`proxy ${request.proxy} is not deployed in environment ${request.environment}`);
  }
  const app = organization.apps.findByKey(request.apiKey);
  const credential = documentsIn(app ?? {}, 'credentials').find((one) => one['consumerKey'] === request.apiKey);
  if (app === undefined || credential === undefined) return refusal('the API key is not known');
  const status = statusRefusal(organization, app, credential);
  if (status !== undefined) return refusal(status);
  const reasons: string[] = [];
  for (const association of documentsIn(credential, 'apiProducts')) {
    const name = textIn(association, 'apiproduct');
    const reason = productRefusal(organization, request, association);
    if (reason === undefined) return { allowed: true, reason: 'allowed', app: textIn(app, 'name'), product: name };
    reasons.push(reason);
  }
  return refusal(reasons.length === 0 ? 'the key has no product' : reasons.join('; '));
}

function refusal(reason: string): RuntimeVerdict {
  return { allowed: false, reason };
}

function statusRefusal(organization: SimulatedOrganization, app: Document, credential: Document): string | undefined {
  if (credential['status'] !== 'approved') return `the API key is ${textIn(credential, 'status')}`;
  const expiresAt = Number(credential['expiresAt'] ?? -1);
  if (expiresAt > 0 && expiresAt <= organization.world.clock.nowMs()) return 'the API key has expired';
  if (app['status'] !== 'approved') return `the app is ${textIn(app, 'status')}`;
  const email = organization.apps.findDeveloperEmail(textIn(app, 'developerId'));
  const developer = email === undefined ? undefined : organization.store.find('developer', '', email);
  if (developer === undefined) return 'the developer does not exist';
  return developer['status'] === 'active' ? undefined : `the developer is ${textIn(developer, 'status')}`;
}

function productRefusal(
  organization: SimulatedOrganization,
  request: RuntimeRequest,
  association: Document,
): string | undefined {
  const name = textIn(association, 'apiproduct');
  if (association['status'] !== 'approved') return `product ${name} is ${textIn(association, 'status')} for the key`;
  const product = organization.store.find('product', '', name);
  if (product === undefined) return `product ${name} does not exist`;
  const environments = textsIn(product, 'environments');
  if (environments.length > 0 && !environments.includes(request.environment)) {
    return `product ${name} does not cover environment ${request.environment}`;
  }
  const proxies = productProxies(product);
  if (proxies.length > 0 && !proxies.includes(request.proxy)) {
    return `product ${name} does not cover proxy ${request.proxy}`;
  }
  const path = request.path ?? '/';
  return pathsOf(product, request.proxy).some((pattern) => covers(pattern, path))
    ? undefined
    : `product ${name} does not cover path ${path}`;
}

/** Resource patterns of the product for a proxy; none named means all. */
function pathsOf(product: Document, proxy: string): readonly string[] {
  const configs = documentsIn(documentIn(product, 'operationGroup'), 'operationConfigs').filter(
    (config) => config['apiSource'] === proxy,
  );
  const operations = configs.flatMap((config) => documentsIn(config, 'operations'));
  if (configs.length > 0) {
    return operations.length === 0 ? ['/**'] : operations.map((operation) => textIn(operation, 'resource'));
  }
  const resources = textsIn(product, 'apiResources');
  return resources.length === 0 ? ['/**'] : resources;
}

/** `*` one segment, `**` any number; `/` alone covers everything. */
function covers(pattern: string, path: string): boolean {
  if (pattern === '/' || pattern === '/**' || pattern === '**') return true;
  const expression = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('/**', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(/.*)?');
  return new RegExp(`^${expression}/?$`).test(path);
}
