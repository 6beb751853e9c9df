export { VirtualScheduler } from '../time/virtual-scheduler.js';
export { MemoryHub, memoryHub } from '../transporters/memory/memory-hub.js';
