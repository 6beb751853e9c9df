import { type } from 'arktype';
import { Type } from 'class-transformer';
import { IsInt, IsString, Length, Min, ValidateNested } from 'class-validator';
import { Action, Event, type ParamsOf, Service } from 'nestjs-moleculer';
import * as v from 'valibot';
import * as z from 'zod';

const Stay = z.object({ room: z.int().min(1), nights: z.coerce.number().default(1), mail: z.email() });
const Search = v.object({ text: v.pipe(v.string(), v.minLength(2)), page: v.optional(v.number(), 1) });
const Paid = type({ booking: 'number.integer >= 1', amount: 'number > 0' });

class Guest {
  @IsString() @Length(2, 20) name!: string;
}

class Arrival {
  @IsInt() @Min(1) booking!: number;
  @ValidateNested({ each: true }) @Type(() => Guest) guests: Guest[] = [];
}

/** What guests may see of a booking: the rest of the row is cut off. */
const Confirmation = z.object({ id: z.int(), nights: z.number().max(30) });

@Service('bookings')
export class BookingsService {
  /** A schema of fastest-validator, as in Moleculer. */
  @Action({ params: { id: 'number|integer|min:1', $$strict: true } })
  cancel({ id }: { id: number }): string {
    return `booking ${id} is cancelled`;
  }

  /** Of zod; the handler gets its output. */
  @Action({ params: Stay, returns: Confirmation })
  book(stay: ParamsOf<typeof Stay>): { id: number; nights: number } {
    const row = { id: 7, ...stay, creditLimit: 5000 };
    return row;
  }

  /** Of valibot. */
  @Action({ params: Search })
  search({ text, page }: ParamsOf<typeof Search>): string {
    return `page ${page} of all rooms with "${text}"`;
  }

  /** A class with the decorators of class-validator. */
  @Action({ params: Arrival })
  arrive({ booking, guests }: Arrival): string {
    const names = guests.filter((guest) => guest instanceof Guest).map(({ name }) => name);
    return `booking ${booking}: ${names.join(' and ')} have arrived`;
  }

  /** Of arktype, for an event. */
  @Event('invoice.paid', { params: Paid })
  onPaid({ booking, amount }: ParamsOf<typeof Paid>): void {
    console.log(`booking ${booking}: ${amount} paid`);
  }
}
