/** What the listeners of this process were given: how many, and the sum of their numbers, so that a loss cannot hide behind a copy. */
export class Receipts {
  #count = 0;
  #sum = 0;

  take(payload) {
    this.#count++;
    this.#sum += payload.n;
  }

  counts() {
    return { count: this.#count, sum: this.#sum };
  }

  clear() {
    this.#count = this.#sum = 0;
  }
}
