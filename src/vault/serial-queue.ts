/** Runs asynchronous work one after another, in the order of asking; a failure is its caller's alone. */
export class SerialQueue {
  #last: Promise<void> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
