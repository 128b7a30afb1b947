import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;

export interface SpillKey {
  /** 32 bytes for AES-256-GCM that live only in this process. */
  readonly key: Uint8Array;
  /** Different for each file under the same key: together with the frame's number it makes the nonce. */
  readonly fileNumber: number;
}

/** Where the next frame of a spill file begins. */
export interface SpillPosition {
  readonly frame: number;
  readonly offsetBytes: number;
}

/**
 * A temporary file of frames, each sealed with AES-256-GCM under a key that never leaves the process, so that neither the
 * running program nor a crash leaves anything readable on the disk. Frames are bound to their file and place.
 */
export class SealedSpillFile {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #seal: SpillKey;
  #frames = 0;
  #sizeBytes = 0;

  private constructor(file: FileHandle, path: string, seal: SpillKey) {
    this.#file = file;
    this.#path = path;
    this.#seal = seal;
  }

  /** Creates the file, which must not exist, for its owner only. */
  static async create(path: string, seal: SpillKey): Promise<SealedSpillFile> {
    return new SealedSpillFile(await open(path, 'wx+', 0o600), path, seal);
  }

  static readonly start: SpillPosition = { frame: 0, offsetBytes: 0 };

  /** Appends one frame. Calls must not overlap. */
  async append(plain: Uint8Array): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.#seal.key, this.#nonce(this.#frames));
    const sealed = [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(plain.length);
    await this.#file.writev([length, ...sealed], this.#sizeBytes);
    this.#frames += 1;
    this.#sizeBytes += LENGTH_BYTES + plain.length + TAG_BYTES;
  }

  /** The frame at a position and the position after it, or undefined at the end. May be called at any time. */
  async findFrame(position: SpillPosition): Promise<{ plain: Buffer; next: SpillPosition } | undefined> {
    if (position.frame >= this.#frames) return undefined;
    const length = (await this.#read(position.offsetBytes, LENGTH_BYTES)).readUInt32LE();
    const sealed = await this.#read(position.offsetBytes + LENGTH_BYTES, length + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#seal.key, this.#nonce(position.frame));
    decipher.setAuthTag(sealed.subarray(length));
    const body = decipher.update(sealed.subarray(0, length));
    decipher.final();
    const offsetBytes = position.offsetBytes + LENGTH_BYTES + length + TAG_BYTES;
    return { plain: body, next: { frame: position.frame + 1, offsetBytes } };
  }

  /** Closes and removes the file. */
  async close(): Promise<void> {
    await this.#file.close();
    await unlink(this.#path);
  }

  async #read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(lengthBytes);
    for (let filled = 0; filled < lengthBytes; ) {
      const { bytesRead } = await this.#file.read(bytes, filled, lengthBytes - filled, offsetBytes + filled);
      if (bytesRead === 0) throw new Error(`The temporary file ${this.#path} was cut from outside.`);
      filled += bytesRead;
    }
    return bytes;
  }

  #nonce(frame: number): Buffer {
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.writeUInt32LE(this.#seal.fileNumber);
    nonce.writeBigUInt64LE(BigInt(frame), 4);
    return nonce;
  }
}
