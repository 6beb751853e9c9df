import type { DiscoveryService } from '@nestjs/core';
import { getExplorerToken } from '../decorators/named-token.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { doubledBroker, unknownBroker } from '../messages/explorer.messages.js';

const DEFAULT = getExplorerToken();
const NAMED = getExplorerToken('');

/** The brokers of the app, told by their explorers in the container. */
export class BrokerDirectory {
  private readonly names: (string | undefined)[];

  constructor(discovery: DiscoveryService) {
    this.names = discovery
      .getProviders()
      .filter(({ isAlias }) => !isAlias)
      .map(({ token }) => token)
      .filter((token) => typeof token === 'string')
      .filter((token) => token === DEFAULT || token.startsWith(NAMED))
      .map((token) => (token === DEFAULT ? undefined : token.slice(NAMED.length)));
  }

  /** @throws ServiceSchemaError if two modules have a broker of this name */
  checkSingle(name: string | undefined): void {
    if (this.names.filter((known) => known === name).length > 1) {
      throw new ServiceSchemaError(doubledBroker(name));
    }
  }

  /** @throws ServiceSchemaError if no module has a broker of this name */
  checkKnown(type: string, name: string | undefined): void {
    if (!this.names.includes(name)) throw new ServiceSchemaError(unknownBroker(type, name, this.names));
  }
}
