type NotConnected = 'idle' | 'leaving' | 'disconnected';

const WHY: Record<NotConnected, string> = {
  idle: 'The broker has not started yet',
  leaving: 'The broker is leaving the cluster',
  disconnected: 'No connection to the cluster',
};

export const notConnected = (state: NotConnected, reason: string | undefined) =>
  state === 'disconnected' && reason ? `${WHY.disconnected}: ${reason}` : WHY[state];

export const noBrokerThere = 'What stands for the broker here has no state';

export const noEcho = (ms: number) => `The transporter did not answer within ${ms} ms`;

export const notSubscribed = 'The transporter does not know our subscriptions any more';

export const noNode = 'no node offers it';

export const noPong = (nodes: number, ms: number) =>
  nodes === 1
    ? `its node did not answer a ping within ${ms} ms`
    : `none of its ${nodes} nodes asked answered a ping within ${ms} ms`;

export const servicesDown = (problems: ReadonlyMap<string, string>) =>
  [...problems].map(([name, problem]) => `'${name}': ${problem}`).join('; ');
