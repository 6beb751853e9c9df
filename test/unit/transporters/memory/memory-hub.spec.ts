import { expect, it } from 'vitest';
import { memoryHub } from '../../../../lib/transporters/memory/memory-hub.js';
import { MemoryTransporter } from '../../../../lib/transporters/memory/memory.transporter.js';

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
