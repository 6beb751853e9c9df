import { Injectable } from '@nestjs/common';
import { type EventMessage, EventStream } from 'nestjs-moleculer';
import { type Observable, scan, shareReplay, startWith } from 'rxjs';

export interface Reading {
  room: string;
  celsius: number;
}

declare module 'nestjs-moleculer' {
  interface EventTypes {
    'sensor.kitchen.measured': Reading;
    'sensor.cellar.measured': Reading;
  }
}

const count = (messages$: Observable<EventMessage<Reading>>): Observable<number> => {
  const counted$ = messages$.pipe(
    scan((n) => n + 1, 0),
    startWith(0),
    shareReplay(1),
  );
  counted$.subscribe();
  return counted$;
};

/** Two nodes run this. The properties are there before `onModuleInit` and complete when the app closes. */
@Injectable()
export class MonitorService {
  /** Without a group: every node sees every event, and takes none from anybody. */
  @EventStream('sensor.*.measured') private readonly all$!: Observable<EventMessage<Reading>>;

  /** With a group: the nodes share, each event reaches one of them. */
  @EventStream('sensor.*.measured', { group: 'archive' })
  private readonly shared$!: Observable<EventMessage<Reading>>;

  seen$!: Observable<number>;
  archived$!: Observable<number>;

  onModuleInit(): void {
    this.seen$ = count(this.all$);
    this.archived$ = count(this.shared$);
  }
}
