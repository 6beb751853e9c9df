import { Action, Context, Ctx, Params, Meta, Service } from 'nestjs-moleculer';
import type { ContractOf } from 'nestjs-moleculer';
import { of, type Observable } from 'rxjs';
export interface User {
  id: string;
  name: string;
  createdAt: Date;
}
@Service('users')
export class UsersService {
  onModuleInit() {}
  @Action() async get(params: { id: string }, ctx: Context): Promise<User> {
    return { id: params.id, name: 'x', createdAt: new Date() };
  }
  @Action() list(): User[] {
    return [];
  }
  @Action() find(params?: { q: string }): Observable<User> {
    return of();
  }
  // the context may come first
  @Action() swapped(@Ctx() ctx: Context, @Params() params: { id: number }): number {
    return params.id;
  }
  // takes one property: callable by name, not through a typed contract
  @Action() keyed(@Params('id') id: string, @Meta('user') user: User): string {
    return id;
  }
  @Action({ name: 'renamed' }) original(params: { a: 1 }) {
    return 1;
  }
  @Action({ visibility: 'private' }) secret(params: { a: 1 }) {
    return 1;
  }
  helper(x: number) {
    return x;
  }
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<UsersService, 'users'> {}
  interface EventTypes {
    'user.created': User;
    'user.removed': { id: string };
    'clock.tick': undefined;
    'order.line.added': { n: number };
  }
}
