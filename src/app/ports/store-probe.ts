/** A store that is tried out: what BlobStore promises, and what it must not be able to do. Failures are those of BlobStore. */
export interface StoreProbe {
  readonly description: string;
  /** A folder promises less than a storage account, by its nature. */
  readonly kind: 'folder' | 'account';
  readonly attestsTime: boolean;
  put(name: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  find(name: string): Promise<Uint8Array | undefined>;
  list(prefix: string): Promise<readonly { readonly name: string; readonly createdAt: string }[]>;
  /** `refused`: this identity may not. */
  delete(name: string): Promise<'deleted' | 'absent' | 'held' | 'refused'>;
  /** Writes without asking whether the name is free; absent where only the file system's rights decide. */
  readonly overwrite?: ((name: string, bytes: Uint8Array) => Promise<'done' | 'held' | 'refused'>) | undefined;
  /** The store's own time; absent where it has no clock but this machine's. */
  readonly readTime?: (() => Promise<string>) | undefined;
  /** Of a storage account, and of a blob just written; what cannot be read is undefined. */
  readonly readFacts?: ((written: string) => Promise<StoreFacts>) | undefined;
}

export interface StoreFacts {
  readonly hierarchicalNamespace: boolean | undefined;
  /** Whether the blob that was named has a version. */
  readonly keepsVersions: boolean | undefined;
  /** When the shared access signature that is used ends; undefined when none is used. */
  readonly signatureEnd: string | undefined;
}
