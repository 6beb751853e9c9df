export const wrongDuration = (given: string) =>
  `'${given}' is no length of time: give milliseconds, or a text such as '250ms', '30s', '5m', '1h'`;

export const noNodes = 'A test cluster needs at least one node: createTestCluster({ nodes: [AppModule] })';

export const unknownNode = (ref: string, known: readonly string[]) =>
  `The cluster has no node ${ref}. Its nodes: ${known.join(', ')}`;

export const ambiguousNode = (ref: string, count: number) =>
  `${count} nodes of the cluster are made of ${ref}: name one by its node ID or its place in the list`;

export const nodeIsDown = (ref: string) => `Node ${ref} is down: it crashed, or the cluster is closed`;

export const clusterClosed = 'The test cluster is closed: no node of it can be started any more';

export const unknownPacketType = (given: string, known: readonly string[]) =>
  `'${given}' is no type of packet. There are ${known.join(', ')}`;

export const notReached = (what: string, ms: number, seed: number) =>
  `${what} did not end within ${ms} ms of the cluster's time (seed ${seed})`;

export const restless = (turns: number) =>
  `The nodes sent each other packets for ${turns} turns of the event loop without any time passing`;

export const endlessActions = (actions: number) =>
  `${actions} scheduled actions ran without any time passing: something sets itself off anew with a delay of 0`;

export const noSeeds = 'No seed to run: give how many (1 or more), or which';

export const machineCrashed = 'This node of a test cluster crashed';

export const connectionCut = 'The test cluster cut the connection';

export const notOnNetwork = 'The transporter of a test cluster is not connected';

export const wrongSeed = (given: string) => `'${given}' is no seed: a whole number is needed`;

export const seedFailed = (seed: number, message: string, variable: string) =>
  `Seed ${seed} failed: ${message}\nTo run it alone: ${variable}=${seed}`;

export const wrongChance = (given: unknown) => `chance is ${String(given)}: a number from 0 to 1 is needed`;
