import { vi } from 'vitest';
import { Transporter } from '../../lib/transporters/transporter.js';

/** A transporter that does what a test tells it. */
export class Scripted extends Transporter {
  override readonly name = 'Scripted';

  readonly sent: string[] = [];
  connect = vi.fn((): Promise<void> => Promise.resolve());
  disconnect = vi.fn((): Promise<void> => Promise.resolve());
  subscribe = vi.fn((): Promise<void> => Promise.resolve());
  send = vi.fn((topic: string, _data: Buffer): void => void this.sent.push(topic));
  lose = (error?: Error) => this.connectionLost(error);
  find = () => this.connectionRestored();
}
