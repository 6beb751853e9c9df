import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { bufferTime, combineLatest, filter, firstValueFrom, lastValueFrom, take, tap, toArray } from 'rxjs';
import { MonitorService } from './monitor.service.js';

/** A node of its own; all of this process meet on one memory hub. Over Redis nothing else would change. */
function startNode(nodeID: string, providers: Type[] = []): Promise<INestApplicationContext> {
  const moleculer = MoleculerModule.forRoot({ nodeID, transporter: 'memory://house' });
  return NestFactory.createApplicationContext(
    { module: class {}, imports: [moleculer], providers },
    { logger: ['warn', 'error'] },
  );
}

const monitors = [
  await startNode('monitor-1', [MonitorService]),
  await startNode('monitor-2', [MonitorService]),
];
const sensors = await startNode('sensors');
const broker = sensors.get(ServiceBroker);

// A stream may also be asked for where it is needed: here four readings of the kitchen, in batches of 50 ms.
const batches = lastValueFrom(
  broker.events('sensor.kitchen.*').pipe(
    take(4),
    bufferTime(50),
    filter((batch) => batch.length > 0),
    tap((batch) => console.log(`kitchen: ${batch.map(({ payload }) => `${payload.celsius}°`).join(' ')}`)),
    toArray(),
  ),
);

for (const celsius of [19, 20, 22, 21]) {
  await broker.emit('sensor.kitchen.measured', { room: 'kitchen', celsius });
  await broker.emit('sensor.cellar.measured', { room: 'cellar', celsius: celsius - 8 });
}
await batches;

const parts = monitors.map((node) => node.get(MonitorService));
const all = combineLatest([...parts.map((part) => part.seen$), ...parts.map((part) => part.archived$)]);
const [seen1, seen2, archived1, archived2] = await firstValueFrom(
  all.pipe(filter(([a, b, c, d]) => a === 8 && b === 8 && c + d === 8)),
);
console.log(`8 events. Without a group: monitor-1 saw ${seen1}, monitor-2 saw ${seen2}.`);
console.log(`In one group: monitor-1 took ${archived1}, monitor-2 took ${archived2}.`);

for (const node of [sensors, ...monitors]) await node.close();
