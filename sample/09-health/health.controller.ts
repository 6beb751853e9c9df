import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { MoleculerHealthIndicator } from 'nestjs-moleculer/terminus';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly moleculer: MoleculerHealthIndicator,
  ) {}

  /** It answers, that is all: a restart does not mend what it cannot reach. */
  @Get('live')
  live(): string {
    return 'alive';
  }

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([
      () => this.moleculer.isConnected('moleculer'),
      () => this.moleculer.servicesAvailable('services', ['catalogue']),
    ]);
  }
}
