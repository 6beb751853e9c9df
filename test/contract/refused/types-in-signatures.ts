// What has no value of its name cannot be imported as one into a decorated signature (09-plain-imports.ts has those that can).
import { Injectable } from '@nestjs/common';
import { Action, CallOptions, Ctx, Endpoint, Params, RegistryChange } from 'nestjs-moleculer';
@Injectable()
export class Signatures {
  // @ts-expect-error TS1272
  @Action() options(@Params() options: CallOptions) {}
  // @ts-expect-error TS1272
  @Action() endpoint(@Ctx() endpoint: Endpoint) {}
  // @ts-expect-error TS1272
  @Action() change(@Params() change: RegistryChange) {}
}
