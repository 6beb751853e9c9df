import type { Transporter, TransporterHost } from '../../lib/transporters/transporter.js';
import { waitUntil } from './wait-until.js';

/** Stands in for the transit: notes what a transporter tells it. */
export class RecordingHost implements TransporterHost {
  readonly messages: { topic: string; data: Buffer }[] = [];
  /** `up`, `down`, `error`, in their order. */
  readonly states: string[] = [];
  readonly errors: Error[] = [];
  readonly losses: (Error | undefined)[] = [];
  /** What a transit does on `up`. */
  onUp: () => void = () => undefined;

  constructor(transporter: Transporter) {
    transporter.attach(this);
  }

  message(topic: string, data: Buffer): void {
    this.messages.push({ topic, data });
  }

  up(): void {
    this.states.push('up');
    this.onUp();
  }

  down(error?: Error): void {
    this.states.push('down');
    this.losses.push(error);
  }

  error(error: Error): void {
    this.errors.push(error);
  }

  texts(topic?: string): string[] {
    return this.messages
      .filter((m) => topic === undefined || m.topic === topic)
      .map((m) => m.data.toString());
  }

  async received(count: number): Promise<void> {
    await waitUntil(`${count} messages, not ${this.messages.length}`, () => this.messages.length >= count);
  }
}
