export const started = (nodeID: string, namespace: string, services: number, alone: boolean) =>
  `Node '${nodeID}'${namespace ? ` in namespace '${namespace}'` : ''} started with ${services} service${services === 1 ? '' : 's'}${alone ? ', without a transporter: it sees no other nodes' : ''}`;

export const draining = (nodeID: string) => `Node '${nodeID}' takes its services back and finishes what runs`;

export const drainTimedOut = (count: number, ms: number) =>
  `${count} request${count === 1 ? '' : 's'} or event${count === 1 ? '' : 's'} still ran after tracking.shutdownTimeout (${ms} ms); the node leaves without their answers`;

export const drainFailed = 'The node could not take its services back in good order; it leaves all the same';

export const signalsUnhandled = (heartbeatTimeout: number) =>
  `This process does not handle SIGTERM: to the other nodes its end is a crash, and they send it calls until its heartbeats have been missing for ${heartbeatTimeout} s. Call app.enableShutdownHooks()`;

export const closeFailed = 'The transporter failed while it was closed';

export const stopped = (nodeID: string) => `Node '${nodeID}' stopped`;

export const startedAgain =
  'This broker was stopped. A stopped broker cannot start again: create the application anew';
