import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { MAJORS, nextTurn, redisTransporters } from './redis.fixture.js';

describe.each(Object.entries(MAJORS))('RedisTransporter on %s', (_name, ioredis) => {
  const { server, connected, expectInOrder } = redisTransporters(ioredis);

  it('delivers 10,000 mixed packets in order and unharmed', async () => {
    await expectInOrder(undefined, 10_000);
  });

  it('publishes what one turn sends as one command', async () => {
    const { transporter, host } = await connected();
    await server().admin().config('RESETSTAT');
    for (let n = 0; n < 100; n++) transporter.send('t.a', `${n}`);
    await host.received(100);
    const stats = await server().admin().info('commandstats');
    expect(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
  });

  it('delivers to topics beyond ASCII', async () => {
    const { transporter, host } = await connected(undefined, ['MOL.REQ.žirafa-🦒']);
    transporter.send('MOL.REQ.žirafa-🦒', 'hello');
    await host.received(1);
    expect(host.messages[0]!.topic).toBe('MOL.REQ.žirafa-🦒');
  });

  it('keeps order across SCRIPT FLUSH', async () => {
    const { transporter, host } = await connected();
    for (let n = 0; n < 3000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 50 === 0) await nextTurn();
      if (n % 500 === 0) await server().admin().script('FLUSH');
    }
    await host.received(3000);
    expect(host.texts()).toEqual(Array.from({ length: 3000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });

  it('publishes packet by packet, in order, where an ACL forbids scripts', async () => {
    await expectInOrder({ host: '127.0.0.1', port: server().port, username: 'noscript', password: 'secret' });
  });

  it('publishes on when scripts are forbidden later', async () => {
    await server().admin().call('ACL', 'SETUSER', 'changing', 'on', '>secret', '~*', '&*', '+@all');
    const options = { host: '127.0.0.1', port: server().port, username: 'changing', password: 'secret' };
    const { transporter, host } = await connected(options);
    for (let n = 0; n < 2000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 20 === 0) await nextTurn();
      if (n === 1000) {
        await host.received(1001);
        await server().admin().call('ACL', 'SETUSER', 'changing', '-eval');
      }
    }
    await host.received(2000);
    expect(host.texts()).toEqual(Array.from({ length: 2000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });

  it('delivers the other packets of a turn when an ACL forbids one topic, and says so once', async () => {
    const { host: listener } = await connected(undefined, ['open.a', 'shut.a']);
    const options = { host: '127.0.0.1', port: server().port, username: 'narrow', password: 'secret' };
    const { transporter, host } = await connected(options, ['open.b']);
    for (let n = 0; n < 300; n++) {
      transporter.send(n % 3 === 0 ? 'shut.a' : 'open.a', `${n}`);
      if (n % 50 === 0) await nextTurn();
    }
    const allowed = Array.from({ length: 300 }, (_, n) => `${n}`).filter((_, n) => n % 3 !== 0);
    await listener.received(allowed.length);
    await waitUntil('the refusal', () => host.errors.length > 0);
    expect(listener.texts()).toEqual(allowed);
    expect(host.states).toEqual([]);
    expect(host.errors.length).toBeLessThanOrEqual(2);
    expect(host.errors[0]!.message).toMatch(/permission|channel|access/i);
  });

  it('hands what was sent just before disconnect to Redis', async () => {
    const { host } = await connected();
    const { transporter } = await connected();
    for (let n = 0; n < 700; n++) transporter.send('t.a', `${n}`);
    await transporter.disconnect();
    await host.received(700);
    expect(host.texts()).toEqual(Array.from({ length: 700 }, (_, n) => `${n}`));
  });

  it('hands over what a refused script held back before disconnect', async () => {
    const { host } = await connected();
    const options = { host: '127.0.0.1', port: server().port, username: 'noscript', password: 'secret' };
    const { transporter } = await connected(options);
    for (let n = 0; n < 700; n++) transporter.send('t.a', `${n}`);
    await transporter.disconnect();
    await host.received(700);
    expect(host.texts()).toEqual(Array.from({ length: 700 }, (_, n) => `${n}`));
  });

  it('waits in order while Redis is paused', async () => {
    const { transporter, host } = await connected();
    await server().admin().call('CLIENT', 'PAUSE', '60000', 'WRITE');
    for (let n = 0; n < 1000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 90 === 0) await nextTurn();
    }
    expect(host.messages.length).toBe(0);
    await server().admin().call('CLIENT', 'UNPAUSE');
    await host.received(1000);
    expect(host.texts()).toEqual(Array.from({ length: 1000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });
});
