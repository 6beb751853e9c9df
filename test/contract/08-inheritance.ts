// A generic base class hands its actions down; the contract shows the types of the subclass.
import { Action, Context, Params, Ctx, Service, ServiceBroker } from 'nestjs-moleculer';
import type { ContractOf, ServiceClient } from 'nestjs-moleculer';
abstract class Crud<T extends { id: string }> {
  @Action() async get(params: { id: string }): Promise<T> {
    throw 0;
  }
  @Action() async create(params: Omit<T, 'id'>, ctx: Context): Promise<T> {
    throw 0;
  }
}
interface Post {
  id: string;
  title: string;
}
@Service('posts')
export class PostsService extends Crud<Post> {
  override async get(params: { id: string }) {
    return super.get(params);
  }
  constructor(private b: ServiceBroker) {
    super();
  }
  private hidden() {}
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<PostsService, 'v1.posts'> {}
  interface ActionTypes {
    'py.sum': (p: { a: number; b: number }) => number;
    'py.now': () => string;
  }
}
declare const b: ServiceBroker;
declare const c: Context<{ a: 1 }, { user: string }>;
async function f() {
  const p = await b.call('v1.posts.get', { id: '1' });
  p.title;
  const q = await c.call('v1.posts.create', { title: 'x' });
  q.id;
  const n: number = await b.call('py.sum', { a: 1, b: 2 });
  const s: string = await b.call('py.now');
  await b.call('py.now', null, { timeout: 1 });
  await b.call('py.now', {}, {});
  // @ts-expect-error TS2769
  await b.call('py.sum', { a: 1 });
  // @ts-expect-error TS2339 private methods are not in the contract
  b.client<PostsService>('posts').hidden();
  const dyn = 'v1.posts.get' as 'v1.posts.get' | 'py.now';
  c.meta.user.length;
  c.params.a;
  const cl = b.client<PostsService>('v1.posts');
  const r = await cl.create({ title: 'q' }, { meta: { a: 1 } });
  r.title;
  const g: Context = c as Context; // assignable?
  const takes = (x: Context) => x;
  takes(c);
  const h = (x: Context<any, any>) => x;
  h(c);
}
