import type { ApigeeSimulator } from './apigee-simulator.ts';
import { documentsIn, textIn } from './document.ts';
import { productProxies } from './kinds/product.ts';
import type { RuntimeRequest } from './runtime-check.ts';

/** A client as it calls a proxy, with the app it stands for. */
export interface WorkingClient extends RuntimeRequest {
  readonly app: string;
}

/**
 * Clients whose calls get through now: for each API key of the organization's first apps the first proxy and environment
 * that answer it. At most `most` of them.
 */
export function findWorkingClients(simulator: ApigeeSimulator, most: number): readonly WorkingClient[] {
  const target = simulator.target();
  const deployed = [...target.list(['environments'])].flatMap((environment) =>
    target
      .deployments(environment)
      .filter(({ flavour }) => flavour === 'proxy')
      .map(({ name }) => ({ environment, proxy: name })),
  );
  const found: WorkingClient[] = [];
  for (const appId of target.list(['apps'])) {
    if (found.length >= most) break;
    const app = target.get(['apps', appId]);
    for (const credential of documentsIn(app, 'credentials')) {
      const apiKey = textIn(credential, 'consumerKey');
      const products = documentsIn(credential, 'apiProducts').map((one) => textIn(one, 'apiproduct'));
      const proxies = new Set(products.flatMap((name) => productProxies(target.get(['apiproducts', name]))));
      const place = deployed.find(
        ({ environment, proxy }) =>
          proxies.has(proxy) && simulator.checkRuntime({ apiKey, environment, proxy, path: '/' }).allowed,
      );
      if (place !== undefined) found.push({ ...place, apiKey, path: '/', app: textIn(app, 'name') });
    }
  }
  return found;
}
