/**
 * What decorators have asked for, so that a module can provide it without being told: service clients and event streams. It holds names
 * only and grows with the program's text, never with its work; apps in one process share no more than these names.
 */

export interface WantedClient {
  readonly token: string;
  readonly service: string;
  readonly broker: string | undefined;
}

export interface WantedStream {
  readonly token: string;
  readonly pattern: string;
  readonly group: string | undefined;
  readonly broker: string | undefined;
}

const clients = new Map<string, WantedClient>();
const streams = new Map<string, WantedStream>();

/** Where a client comes from, in words: Nest shows the token where nobody imports the module. */
const source = (broker: string | undefined): string =>
  broker === undefined ? 'MoleculerModule.forRoot()' : `MoleculerModule.forRoot({ name: '${broker}' })`;

/** The token of a service client; from now on modules provide it. */
export function wantClient(service: string, broker: string | undefined): string {
  const token = `client of service '${service}', from ${source(broker)}`;
  clients.set(token, { token, service, broker });
  return token;
}

/** The token of an event stream; from now on modules provide it. */
export function wantStream(pattern: string, group: string | undefined, broker: string | undefined): string {
  const token = `stream of event ${JSON.stringify([pattern, group])}, from ${source(broker)}`;
  streams.set(token, { token, pattern, group, broker });
  return token;
}

/** Clients asked for so far of one broker. */
export const wantedClients = (broker: string | undefined): WantedClient[] =>
  [...clients.values()].filter((client) => client.broker === broker);

/** Streams asked for so far of one broker. */
export const wantedStreams = (broker: string | undefined): WantedStream[] =>
  [...streams.values()].filter((stream) => stream.broker === broker);
