import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ResourceManagerSimulator } from './resource-manager-simulator.ts';

export { openAzuriteBlobPlane } from './azurite-blob-plane.ts';
export { checkArmBody } from './arm-types.ts';
export { MemoryBlobPlane } from './blob-plane.ts';
export { ResourceManagerSimulator } from './resource-manager-simulator.ts';
export { addAccount, addArchivingPolicy, addContainer, addGroup, addRecoveryServicesVault } from './seeds.ts';

export interface RunningResourceManager {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly simulator: ResourceManagerSimulator;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback interface. */
export async function startResourceManagerSimulator(
  options: ConstructorParameters<typeof ResourceManagerSimulator>[0] = {},
): Promise<RunningResourceManager> {
  const simulator = new ResourceManagerSimulator(options);
  const server = createServer((incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const { method = 'GET', url = '/', headers } = incoming;
      const {
        status,
        headers: sent,
        body,
        dropped,
      } = await simulator.handle({ method, target: url, headers, body: await text(incoming) });
      if (dropped === true) outgoing.destroy();
      else outgoing.writeHead(status, sent).end(body);
    };
    // A fault of the simulator itself is no answer of Azure's: it has a status that nobody expects.
    answer().catch((error: unknown) => outgoing.writeHead(599).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    simulator,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
