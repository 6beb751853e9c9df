export { VirtualScheduler } from '../time/virtual-scheduler.js';
export { MemoryHub, memoryHub } from '../transporters/memory/memory-hub.js';
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
