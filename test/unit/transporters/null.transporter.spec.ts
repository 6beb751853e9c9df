import { expect, it } from 'vitest';
import { NullTransporter } from '../../../lib/transporters/null.transporter.js';
import { RecordingHost } from '../../support/recording-host.js';

it('NullTransporter answers everything and does nothing', async () => {
  const transporter = new NullTransporter();
  const host = new RecordingHost(transporter);
  await transporter.connect();
  await transporter.subscribe();
  transporter.send();
  await transporter.disconnect();
  expect(await transporter.countSubscribers('t')).toBeNull();
  expect([host.messages, host.states, host.errors]).toEqual([[], [], []]);
});
