export { VirtualScheduler } from '../time/virtual-scheduler.js';
export { MemoryHub, memoryHub } from '../transporters/memory/memory-hub.js';
export { createTestCluster } from './create-test-cluster.js';
export type { Duration } from './duration.js';
export { runSeeds } from './run-seeds.js';
export { TestCluster } from './test-cluster.js';
export type {
  DuplicateFilter,
  Fault,
  PacketFilter,
  ReorderFilter,
  TestClusterOptions,
  TestNodeModule,
  TestNodeRef,
} from './test-cluster.options.js';
