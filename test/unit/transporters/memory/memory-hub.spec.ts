import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { memoryHub } from '../../../../lib/transporters/memory/memory-hub.js';
import { MemoryTransporter } from '../../../../lib/transporters/memory/memory.transporter.js';
import { waitUntil } from '../../../support/wait-until.js';

it('a hub is the same for all who name it', () => {
  expect(memoryHub('same')).toBe(memoryHub('same'));
  expect(memoryHub('same')).not.toBe(memoryHub('other'));
});

it('a hub stays the same while its members come and go, as long as somebody holds it', async () => {
  const hub = memoryHub('held');
  const transporter = new MemoryTransporter({ hub: 'held' });
  await transporter.connect();
  await transporter.disconnect();
  expect(memoryHub('held')).toBe(hub);
});

it('a hub is forgotten when its last member has left', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const transporter = new MemoryTransporter({ hub: 'short-lived' });
  await transporter.connect();
  const hub = new WeakRef(memoryHub('short-lived'));
  collectGarbage();
  expect(hub.deref()).toBeDefined();
  await transporter.disconnect();
  await waitUntil('the hub to be gone', () => {
    collectGarbage();
    return hub.deref() === undefined;
  });
});
