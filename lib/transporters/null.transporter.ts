import { Transporter } from './transporter.js';

/** Stands for `transporter: null`: this process alone. Nothing is sent and nothing comes. */
export class NullTransporter extends Transporter {
  override readonly acceptsText = true;

  connect(): Promise<void> {
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  subscribe(): Promise<void> {
    return Promise.resolve();
  }

  send(): void {
    // There is nobody else.
  }
}
