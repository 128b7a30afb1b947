import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';

export interface AzuriteServer {
  /** Of the only account, with its key. */
  readonly connectionString: string;
  /** `http://127.0.0.1:PORT/ACCOUNT` */
  readonly blobEndpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
  close(): Promise<void>;
}

// The account that every Azurite has; its key is published in Azurite's documentation and guards nothing.
const ACCOUNT_NAME = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

interface BlobServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

interface MemoryStore {
  clear(categoryName: string): void;
}

/**
 * Starts Azurite's blob service inside this process on a free port of the loopback interface, all in memory. Telemetry is
 * off because nothing initialises it: only Azurite's own command line does.
 */
export async function startAzurite(): Promise<AzuriteServer> {
  const require = createRequire(import.meta.url);
  // Azurite ships no types and no exports; these two classes are what its own command line uses.
  const { default: Server } = require('azurite/dist/src/blob/BlobServer') as {
    default: new (configuration: unknown) => BlobServer;
  };
  const { default: Configuration } = require('azurite/dist/src/blob/BlobConfiguration') as {
    default: new (...settings: unknown[]) => unknown;
  };
  const { MemoryExtentChunkStore } = require('azurite/dist/src/common/persistence/MemoryExtentStore') as {
    MemoryExtentChunkStore: new (sizeLimit: number) => MemoryStore;
  };
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const keepAliveSeconds = 5;
  const configuration = new Configuration(
    '127.0.0.1',
    0,
    keepAliveSeconds,
    'metadata.json',
    'extents.json',
    [],
    false, // access log
    discard,
    false, // debug log
    undefined,
    false, // loose
    true, // skip the check of the API version: the client library is often newer
    '', // certificate
    '', // key
    '', // password
    undefined, // OAuth
    false, // product style URLs
    true, // persistence in memory
    new MemoryExtentChunkStore(512 * 1024 * 1024),
  );
  const server = new Server(configuration);
  await server.start();
  const blobEndpoint = `${server.getHttpServerAddress()}/${ACCOUNT_NAME}`;
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT_NAME}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${blobEndpoint}`,
    ].join(';'),
    blobEndpoint,
    accountName: ACCOUNT_NAME,
    accountKey: ACCOUNT_KEY,
    close: async () => {
      await server.close();
      if (!discard.closed) {
        discard.end();
        await once(discard, 'close');
      }
    },
  };
}
