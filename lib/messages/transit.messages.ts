import { printable, quoted } from './log.messages.js';

export const TRANSIT_CONTEXT = 'MoleculerTransit';

/** Some reasons are whole sentences, some are not: here they end a clause. */
const because = (reason: string | undefined): string => (reason ? `: ${reason.replace(/\.$/, '')}` : '');

export const connected = (transporter: string) => `Connected to the cluster (${transporter})`;

export const reconnected = (transporter: string) => `Connected to the cluster again (${transporter})`;

export const connectionLost = (transporter: string, reason: string | undefined) =>
  `Connection to the cluster lost (${transporter})${because(reason)}. Remote calls fail until it is back; local ones go on`;

export const notConnectedYet = (transporter: string, ms: number, reason: string | undefined) =>
  `No connection to the cluster after ${ms} ms (${transporter})${because(reason)}. The app starts without and joins when it can. Does the server run, and is the option 'transporter' right?`;

export const connectFailed = (transporter: string, reason: string, retryMs: number | null) =>
  `Cannot connect to the cluster (${transporter})${because(reason)}. ${
    retryMs === null ? 'transit.disableReconnect is set: it is not tried again' : `Next try in ${retryMs} ms`
  }`;

export const transporterError = (transporter: string, reason: string) =>
  `Transporter ${transporter}: ${reason}`;

export const unreadablePacket = (type: string, topic: string, reason: string) =>
  `Unreadable ${type} packet on '${topic}' dropped (${printable(reason, 200)}). All nodes of a cluster need the same serializer`;

export const incompletePacket = (type: string, sender: string) =>
  `Incomplete ${type} packet of node ${quoted(sender)} dropped`;

export const packetTooLarge = (type: string, topic: string, size: number, limit: number) =>
  `${type} packet of ${size} bytes on '${topic}' dropped: transit.maxPacketSize is ${limit} bytes`;

export const nameTooLong = (type: string, field: string, sender: string | null, limit: number) =>
  `${type} packet${sender === null ? '' : ` of node ${quoted(sender)}`} dropped: its ${field} is longer than transit.maxNameLength (${limit} characters)`;

export const tooLargeToSend = (size: number, limit: number) =>
  `a packet of ${size} bytes is longer than transit.maxPacketSize (${limit} bytes)`;

export const wrongVersion = (sender: string, theirs: string, ours: string) =>
  `Packets of node ${quoted(sender)} are dropped: it speaks protocol ${theirs}, this node ${ours}. Use protocolVersion: 'auto' to speak with both`;

export const handlerFailed = (type: string, sender: string) =>
  `Handling a ${type} packet of node ${quoted(sender)} failed`;

export const disconnected = (action: string, nodeID: string) =>
  `No connection to the cluster: '${action}' was not called on node '${nodeID}'`;

export const answerLost = (action: string, nodeID: string) =>
  `The connection to the cluster was lost while '${action}' ran on node '${nodeID}': it may have run, its answer is lost`;

export const brokerStopped = (action: string, nodeID: string) =>
  `The broker stopped while '${action}' ran on node '${nodeID}': it may have run, its answer is lost`;

export const duplicateRequestId = (id: string) =>
  `Request ID '${id}' is in use by a pending call: uidGenerator must give unique IDs`;

export const streamsNotBuilt = (what: string) => `${what}: streams are not built yet in this version`;

export const notWritten = (type: string, reason: string) =>
  `the ${type} packet could not be written: ${reason}`;

export const notSerializable = (what: string, reason: string) => `${what} cannot be serialized: ${reason}`;

export const errorStripped = (action: string) =>
  `The error of ${quoted(action)} was sent without its data, which cannot be serialized`;

export const unanswered = (action: string) =>
  `The serializer could write no answer to ${quoted(action)}: the caller waits for his timeout`;

export const lostEvents = (count: number) =>
  `${count} event packet${count === 1 ? ' was' : 's were'} not sent while the connection to the cluster was down`;

export const repeatedPacket = (sender: string, id: string) =>
  `Packet of node ${quoted(sender)} dropped: one with the ID ${quoted(id)} came before. Where the network repeats no packets, that node's IDs are not unique (transit.rememberedIDs)`;
