/** @param how code that makes the action up */
export const unmocked = (action: string, how: string, others: readonly string[]) =>
  `Nothing answers '${action}' in this test: ${how} does. ${
    others.length === 0
      ? 'No action has an answer yet.'
      : `Answered are: ${others.map((name) => `'${name}'`).join(', ')}.`
  }`;

export const howToStub = (action: string) => `stub.when('${action}').reply(…)`;

export const howToMock = (action: string) => `mockAction('${action}').returns(…).on(broker)`;

export const noAnswer = (action: string, how: string) =>
  `The made-up action '${action}' has no answer: add ${how}`;

export const mockNotBound = (action: string) =>
  `mockAction('${action}') was never bound, so nobody could call it: add .on(broker), .on(app) or .on(cluster)`;

export const noBroker = (what: string) =>
  `${what} takes a broker, an application or a cluster: what it got has no ServiceBroker`;

export const notCaptured = (event: string, ms: number, sent: ReadonlyMap<string, number>) =>
  `No event '${event}' was sent within ${ms} ms of real time. ${
    sent.size === 0
      ? 'No event was sent at all.'
      : `Sent so far: ${[...sent].map(([name, count]) => (count === 1 ? `'${name}'` : `'${name}' (${count} times)`)).join(', ')}.`
  }`;

export const captureStopped = (event: string) =>
  `Nobody will see event '${event}' any more: stop() ended the capture`;
