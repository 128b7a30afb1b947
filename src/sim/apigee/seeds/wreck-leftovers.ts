import type { WreckTarget } from '../wreck-target.ts';
import { proxyOf } from './proxy-bundle.ts';
import { findResource, proxyEnvironments } from './restorable.ts';

const email = 'temp.contractor+test@acme-pay.example';
const proxyName = 'hello-world-test';
const productName = 'Copy of payments';

/** What a hurried night leaves lying about: one stray of each family. Strays that are there already are not made twice. */
export function strayLeftovers(target: WreckTarget): string[] {
  const environment = proxyEnvironments(target)[0];
  return [
    ...(environment === undefined ? [] : strayInEnvironment(target, environment)),
    ...strayProduct(target),
    ...strayDeveloper(target),
  ];
}

function strayInEnvironment(target: WreckTarget, environment: string): string[] {
  const sentences: string[] = [];
  const server = ['environments', environment, 'targetservers'];
  if (findResource(target, [...server, 'tmp-debug']) === undefined) {
    target.post(server, { name: 'tmp-debug', host: 'debug.acme-pay.invalid', port: 8888, isEnabled: true });
    sentences.push(`created the target server tmp-debug in ${environment}`);
  }
  if (findResource(target, ['apis', proxyName]) === undefined) {
    const revision = target.importBundle({ flavour: 'proxy', name: proxyName, files: strayBundle() });
    target.deploy({ flavour: 'proxy', name: proxyName, revision, environment });
    sentences.push(`imported the proxy ${proxyName} and deployed it in ${environment}`);
  }
  return sentences;
}

function strayBundle(): Readonly<Record<string, string>> {
  const proxy = proxyOf({
    name: proxyName,
    basePath: '/hello',
    displayName: 'Hello',
    guard: 'api-key',
    targetServers: [],
    sharedFlows: [],
    revisions: [1],
    deployed: {},
    ageDays: 1,
  });
  return proxy.revisions[0]?.files ?? {};
}

function strayProduct(target: WreckTarget): string[] {
  if (findResource(target, ['apiproducts', productName]) !== undefined) return [];
  const attributes = [{ name: 'access', value: 'public' }];
  target.post(['apiproducts'], { name: productName, displayName: productName, approvalType: 'auto', attributes });
  return [`created the product ${productName}, open to everybody`];
}

function strayDeveloper(target: WreckTarget): string[] {
  if (findResource(target, ['developers', email]) !== undefined) return [];
  target.post(['developers'], { email, firstName: 'Temp', lastName: 'Contractor', userName: 'temp' });
  target.post(['developers', email, 'apps'], { name: 'load test', apiProducts: [productName] });
  return [`created the developer ${email} with the app "load test"`];
}
