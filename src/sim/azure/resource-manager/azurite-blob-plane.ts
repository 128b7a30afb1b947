import { BlobServiceClient } from '@azure/storage-blob';
import type { BlobPlane, SimulatedBlob } from './blob-plane.ts';

/** The blobs of an account that Azurite, or another blob service, holds. */
export function openAzuriteBlobPlane(connectionString: string): BlobPlane {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  return {
    async readContainer(name) {
      const container = service.getContainerClient(name);
      if (!(await container.exists())) return undefined;
      const blobs: SimulatedBlob[] = [];
      for await (const item of container.listBlobsFlat()) {
        // Replication copies block blobs and nothing else.
        if (item.properties.blobType !== 'BlockBlob') continue;
        const bytes = await container.getBlockBlobClient(item.name).downloadToBuffer();
        blobs.push({ name: item.name, bytes: new Uint8Array(bytes) });
      }
      return blobs;
    },
    async writeContainer(name, blobs) {
      const container = service.getContainerClient(name);
      await container.create();
      for (const { name: blob, bytes } of blobs) {
        await container.getBlockBlobClient(blob).upload(Buffer.from(bytes), bytes.byteLength);
      }
    },
    async deleteContainer(name) {
      await service.getContainerClient(name).deleteIfExists();
    },
  };
}
