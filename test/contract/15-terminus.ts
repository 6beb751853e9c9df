import { MoleculerHealthIndicator } from 'nestjs-moleculer/terminus';
export class Health {
  constructor(private readonly indicator: InstanceType<typeof MoleculerHealthIndicator>) {}
  check() {
    return [
      () => this.indicator.isConnected('moleculer'),
      () => this.indicator.isConnected(),
      () => this.indicator.servicesAvailable('users', ['users']),
      () => this.indicator.servicesAvailable('users', 'users', { timeout: 200 }),
      () => this.indicator.servicesAvailable(['users', 'v2.mail']),
      () => this.indicator.servicesAvailable(['users'], { timeout: 200, broker: 'orders' }),
    ];
  }
  async keys(): Promise<unknown[]> {
    const named = await this.indicator.servicesAvailable('users', ['users']);
    const short = await this.indicator.servicesAvailable(['users']);
    const connected = await this.indicator.isConnected();
    return [
      named.users.status,
      short.services.status,
      connected.moleculer.status,
      // @ts-expect-error TS2339 the result of the short form stands under another key
      short.users,
    ];
  }
  wrong() {
    // @ts-expect-error TS2345 a key without names, or a name that is no list, says nothing
    void this.indicator.servicesAvailable('users');
    // @ts-expect-error TS2769 names twice
    void this.indicator.servicesAvailable(['users'], ['users']);
  }
}
