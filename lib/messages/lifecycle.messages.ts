export const started = (nodeID: string, namespace: string, services: number) =>
  `Node '${nodeID}'${namespace ? ` in namespace '${namespace}'` : ''} started with ${services} service${services === 1 ? '' : 's'}`;

export const draining = (nodeID: string) => `Node '${nodeID}' takes its services back and finishes what runs`;

export const drainTimedOut = (count: number, ms: number) =>
  `${count} request${count === 1 ? '' : 's'} or event${count === 1 ? '' : 's'} still ran after tracking.shutdownTimeout (${ms} ms); the node leaves without their answers`;

export const drainFailed = 'The node could not take its services back in good order; it leaves all the same';

export const closeFailed = 'The transporter failed while it was closed';

export const stopped = (nodeID: string) => `Node '${nodeID}' stopped`;

export const startedAgain =
  'This broker was stopped. A stopped broker cannot start again: create the application anew';
