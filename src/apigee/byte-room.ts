/** Room for so many bytes, shared by all who hold some. */
export class ByteRoom {
  readonly #sizeBytes: number;
  #freeBytes: number;
  #waiting: (() => void)[] = [];

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#freeBytes = sizeBytes;
  }

  /** Takes the bytes if there is room for them; false leaves the room as it is. */
  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  release(bytes: number): void {
    this.#freeBytes += bytes;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** For those who hold nothing yet: resolves when at least half of the room is free. */
  async whenHalfFree(): Promise<void> {
    while (2 * this.#freeBytes < this.#sizeBytes) await new Promise<void>((wake) => this.#waiting.push(wake));
  }
}
