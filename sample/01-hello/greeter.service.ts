import { Action, type ContractOf, Service } from 'nestjs-moleculer';

@Service('greeter')
export class GreeterService {
  /** Other nodes and this one call it by the name `greeter.hello`. */
  @Action({ params: { name: 'string|min:1' } })
  hello({ name }: { name: string }): string {
    return `Hello ${name}!`;
  }
}

declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<GreeterService, 'greeter'> {}
}
