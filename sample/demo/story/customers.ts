import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBroker } from 'nestjs-moleculer';

/** People who ask for lamps all the time, whatever happens in the cluster. */
export class Customers {
  /** Which warehouse answered, call by call. */
  readonly answers: string[] = [];
  readonly failures: unknown[] = [];
  private open = true;
  private readonly all: Promise<void>[];

  constructor(
    private readonly broker: ServiceBroker,
    count: number,
  ) {
    this.all = Array.from({ length: count }, () => this.ask());
  }

  /** Resolves when the last answer is there. */
  async goHome(): Promise<void> {
    this.open = false;
    await Promise.all(this.all);
  }

  private async ask(): Promise<void> {
    while (this.open) {
      try {
        const { warehouse } = await this.broker.call('stock.level', { item: 'lamp' });
        this.answers.push(warehouse);
      } catch (error) {
        this.failures.push(error);
      }
      await sleep(5);
    }
  }
}
