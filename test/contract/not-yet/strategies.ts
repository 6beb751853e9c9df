import {
  LoadBalanceStrategy,
  MoleculerModule,
  // @ts-expect-error TS2305
  CpuUsageStrategy,
  // @ts-expect-error TS2305
  LatencyStrategy,
  // @ts-expect-error TS2305
  LeastPendingStrategy,
  // @ts-expect-error TS2305
  ShardStrategy,
} from 'nestjs-moleculer';
export const modules = [
  MoleculerModule.forRoot({ registry: { strategy: CpuUsageStrategy } }),
  MoleculerModule.forRoot({
    name: 'two',
    registry: { strategy: 'Shard', strategyOptions: { shardKey: '#id' } },
  }),
];
export const classes: (abstract new (...args: never[]) => LoadBalanceStrategy)[] = [
  CpuUsageStrategy,
  LatencyStrategy,
  LeastPendingStrategy,
  ShardStrategy,
];
