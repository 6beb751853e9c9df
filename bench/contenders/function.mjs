/** No broker at all: functions found in a Map, and awaited. What the loop itself costs. */
export const contender = {
  async local({ received }) {
    const actions = new Map([
      ['echo.reply', (params) => params],
      [
        'echo.later',
        async (params) => {
          await null;
          return params;
        },
      ],
      [
        'echo.checked',
        (params) => {
          const { n, items, text } = params;
          if (typeof n !== 'number' || !Array.isArray(items) || typeof text !== 'string')
            throw new TypeError();
          return params;
        },
      ],
    ]);
    const ten = Array.from({ length: 10 }, () => (payload) => received(payload));
    const listeners = new Map([
      ['one.happened', ten.slice(0, 1)],
      ['ten.happened', ten],
      ['wild.card', ten],
    ]);
    const call = (action) => (params) => actions.get(action)(params);
    const emit = (event) => (payload) => {
      for (const listener of listeners.get(event)) listener(payload);
    };
    return {
      reply: call('echo.reply'),
      later: call('echo.later'),
      checked: call('echo.checked'),
      emitOne: emit('one.happened'),
      emitTen: emit('ten.happened'),
      emitWild: emit('wild.card'),
    };
  },
};
