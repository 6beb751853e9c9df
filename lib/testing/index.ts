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
export {
  BrokerStub,
  type BrokerStubOptions,
  createBrokerStub,
  StubbedAction,
  type StubContextOptions,
} from './broker-stub.js';
export { type CapturedEvent, CapturedEvents, captureEvents } from './captured-events.js';
export { ActionMock, mockAction } from './mock-action.js';
export type {
  AnswerArgs,
  MockAnswer,
  MockedCall,
  MockHandler,
  MockParams,
  MockResult,
} from './mock-answer.js';
export type { BrokerGroup, BrokerHolder, MockTarget } from './mock-target.js';
export { UnmockedActionError } from './unmocked-action.error.js';
