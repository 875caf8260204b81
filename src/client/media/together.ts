/** Lets what is done at the same time go on together, when the last of it is done. */
export class Together {
  #underWay = 0;
  #done = Promise.withResolvers<undefined>();

  /** Resolves or rejects as `work` does, but not before everything else that is under way then is done. */
  async wait<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        this.#done.resolve(undefined);
        this.#done = Promise.withResolvers();
      } else await this.#done.promise;
    }
  }
}
