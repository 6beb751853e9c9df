import { MoleculerHealthIndicator } from 'nestjs-moleculer/terminus';
export class Health {
  constructor(private readonly indicator: InstanceType<typeof MoleculerHealthIndicator>) {}
  check() {
    return [
      () => this.indicator.isConnected('moleculer'),
      () => this.indicator.servicesAvailable('users', ['users']),
    ];
  }
}
