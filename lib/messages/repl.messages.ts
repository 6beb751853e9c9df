/** Texts of the prompt. What looks like Moleculer's is meant to: its users read these daily. */

export const unknownCommand = (name: string) => `unknown command '${name}'`;

export const missingArgument = (name: string) => `missing required argument '${name}'`;

export const unexpectedArgument = (text: string) => `unexpected argument '${text}'`;

export const unknownFlag = (flag: string) => `unknown option '${flag}'`;

export const flagNeedsValue = (flag: string) => `option '${flag}' needs a value`;

export const quoteOpen = (quote: string) => `the quote ${quote} is not closed`;

export const notJson = (what: string, reason: string) => `${what} must be JSON: ${reason}`;

export const metaNotObject = 'meta must be a JSON object';

export const paramsTwice = 'give params as JSON or as flags: flags can only be added to a JSON object';

export const unknownListenerVerb = (verb: string) => `'${verb}' is not one of add, remove, list`;

export const failedHead = '>> ERROR:';

export const cannotBeShown = '>> ERROR: what was thrown cannot be shown';

export const nodeNotAvailable = (nodeID: string) => `>> Node '${nodeID}' is not available.`;

export const executionTime = '>> Execution time:';

export const response = '>> Response:';

const given = (params: string, meta: string, options: string | null, noun: string) =>
  `with ${noun}: ${params} with meta: ${meta}${options === null ? '' : ` with options: ${options}`}`;

export const calling = (
  action: string,
  nodeID: string | null,
  params: string,
  meta: string,
  options: string | null,
) => `>> Call '${action}'${nodeID === null ? '' : ` on ${nodeID}`} ${given(params, meta, options, 'params')}`;

/** @param how `Emit`, `Broadcast` */
export const sending = (
  how: string,
  event: string,
  locally: boolean,
  payload: string,
  meta: string,
  options: string,
) => `>> ${how} '${event}'${locally ? ' locally' : ''} ${given(payload, meta, options, 'payload')}`;

const inGroup = (group: string | undefined) => (group === undefined ? '' : ` in group: ${group}`);

export const listening = (pattern: string, group: string | undefined) =>
  `REPL started listening to event: ${pattern}${inGroup(group)}`;

export const listeningAlready = (pattern: string, group: string | undefined) =>
  `REPL is already listening to event: ${pattern}${inGroup(group)}`;

export const listeningEnded = (pattern: string, group: string | undefined) =>
  `REPL stopped listening to: ${pattern}${inGroup(group)}`;

export const notListening = (pattern: string, group: string | undefined) =>
  `REPL is not listening to event: ${pattern}${inGroup(group)}`;

export const listeningTo = (list: string) => `>> REPL is listening to: ${list}`;

export const eventHeard = (event: string, sender: string, payload: string, meta: string) =>
  `>> Event '${event}' from '${sender}' with payload: ${payload} with meta: ${meta}`;

export const historyNotKept = (path: string, reason: string) =>
  `The history could not be written to ${path}: ${reason}`;

export const appNotClosed = 'The application failed to close:';

export const optionsHidden = 'The $node service is off (internalServices: false)';

/** Of the program `nestjs-moleculer`. */
export const programUsage = `Usage: nestjs-moleculer <transporter> [options]

Joins a Moleculer cluster as a node that serves nothing but $node, and opens a prompt on it. Lines may also come
from a pipe: echo 'call math.add --a 5 --b 3' | nestjs-moleculer redis://localhost:6379

  <transporter>      such as redis://localhost:6379. Default: the environment variable TRANSPORTER, where a
                     password is in no list of processes
  --ns <namespace>   of the cluster to join. Default: none
  --id <nodeID>      under which the others see the prompt. Default: host name, process ID and a random end
  --history <file>   keeps the lines typed for the next time. Default: none are kept
  -h, --help         this text
  -v, --version      version of the library`;

export const seeHelp = `'nestjs-moleculer --help' says more`;

export const missingTransporter = 'no cluster to join: give a transporter such as redis://localhost:6379';

const orNearest = (nearest: readonly string[]) =>
  nearest.length === 0 ? '' : ` (did you mean ${nearest.join(' or ')}?)`;

export const unknownProgramFlag = (flag: string, nearest: readonly string[]) =>
  `${unknownFlag(flag)}${orNearest(nearest)}`;

export const twiceGiven = (flag: string) => `option '${flag}' is given more than once`;

export const joinedCluster = (nodeID: string, namespace: string, others: number) =>
  `Joined as '${nodeID}'${namespace === '' ? '' : ` in namespace '${namespace}'`}: ${
    others === 1 ? '1 other node' : `${others} other nodes`
  }. 'help' lists the commands, 'exit' leaves.`;

export const notJoined = (transporter: string, ms: number, reason: string | undefined) =>
  `no connection to ${transporter} within ${ms} ms: ${reason ?? 'no answer'}`;
