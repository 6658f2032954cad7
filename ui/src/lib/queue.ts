/** Does one thing after the other, in the order asked: a scan made while a call is under way waits. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** A task that fails stops nothing behind it; its failure goes to who asked for it. */
  add<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** When all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
