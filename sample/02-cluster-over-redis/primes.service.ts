import { Action, type ContractOf, Context, Service } from 'nestjs-moleculer';

export interface Answer {
  prime: boolean;
  /** The node that worked it out. */
  by: string;
}

@Service('primes')
export class PrimesService {
  @Action({ params: { n: 'number|integer|min:2' } })
  test({ n }: { n: number }, ctx: Context): Answer {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    return { prime: divisor * divisor > n, by: ctx.broker.nodeID };
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<PrimesService, 'primes'> {}
}
