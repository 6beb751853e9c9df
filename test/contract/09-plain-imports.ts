// With isolatedModules and emitDecoratorMetadata a type in a decorated signature needs `import type`, unless a value of
// the same name is exported: the names that users put there most often have one.
import { Injectable } from '@nestjs/common';
import {
  Action,
  Context,
  Ctx,
  EventMessage,
  EventStream,
  InjectService,
  Params,
  ServiceBroker,
  ServiceClient,
} from 'nestjs-moleculer';
import { Observable } from 'rxjs';
import type { UsersService } from './02-users.js';

@Injectable()
export class Plain {
  constructor(
    private readonly broker: ServiceBroker,
    @InjectService('users') readonly users: ServiceClient<UsersService>,
  ) {}
  @EventStream('x') messages!: Observable<EventMessage>;
  @Action() x(@Params() params: { a: 1 }, @Ctx() ctx: Context<{ a: 1 }>) {}
}
