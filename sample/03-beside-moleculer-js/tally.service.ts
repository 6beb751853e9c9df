import { Action, type ContractOf, Context, Event, Service } from 'nestjs-moleculer';

/** Keeps three numbers, and says when it has them. */
@Service('tally')
export class TallyService {
  private readonly kept: number[] = [];

  @Event('ev_random_number')
  async onNumber({ number }: { number: number }, ctx: Context): Promise<void> {
    console.log(`Nest: ev_random_number arrived from ${ctx.nodeID}`);
    this.kept.push(number);
    if (this.kept.length === 3) await ctx.emit('tally.full');
  }

  @Action()
  numbers(): number[] {
    return this.kept;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<TallyService, 'tally'> {
    /** What others serve is declared by hand. */
    'math.add': (params: { a: number; b: number }) => number;
    'math.random': () => string;
  }
  interface EventTypes {
    ev_random_number: { number: number };
    'math.summed': { sum: number };
    'tally.full': undefined;
  }
}
