/** What is in a storage account, as a restore or a recovery point sees it. */
export interface BlobPlane {
  /** Undefined when there is no such container. */
  readContainer(container: string): Promise<readonly SimulatedBlob[] | undefined>;
  /** Makes the container and writes the blobs. */
  writeContainer(container: string, blobs: readonly SimulatedBlob[]): Promise<void>;
  deleteContainer(container: string): Promise<void>;
}

export interface SimulatedBlob {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An account whose blobs are only here. */
export class MemoryBlobPlane implements BlobPlane {
  readonly containers = new Map<string, Map<string, Uint8Array>>();

  readContainer(container: string): Promise<readonly SimulatedBlob[] | undefined> {
    const blobs = this.containers.get(container);
    return Promise.resolve(blobs === undefined ? undefined : [...blobs].map(([name, bytes]) => ({ name, bytes })));
  }

  writeContainer(container: string, blobs: readonly SimulatedBlob[]): Promise<void> {
    this.containers.set(container, new Map(blobs.map(({ name, bytes }) => [name, bytes])));
    return Promise.resolve();
  }

  deleteContainer(container: string): Promise<void> {
    this.containers.delete(container);
    return Promise.resolve();
  }
}
