import type { ServiceInfo } from '../protocol/packets.js';
import type { ActionCatalog } from './action-catalog.js';
import type { EventCatalog } from './event-catalog.js';
import { LocalActionEndpoint } from './node-endpoint.js';
import type { NodeEntry } from './node-entry.js';
import type { LocalEvent, LocalService } from './service-definition.js';

/** Our own services by full name, and their way into the catalogs. */
export class LocalServices {
  private readonly services = new Map<string, LocalService>();
  private list: readonly LocalService[] = [];

  constructor(
    private readonly node: NodeEntry,
    private readonly actions: ActionCatalog,
    private readonly events: EventCatalog,
  ) {}

  /** The same array until one comes or goes. */
  all(): readonly LocalService[] {
    return this.list;
  }

  get(fullName: string): LocalService | undefined {
    return this.services.get(fullName);
  }

  infos(): ServiceInfo[] {
    return this.list.map((service) => service.info);
  }

  /** A service of the same full name is replaced. */
  add(service: LocalService): void {
    this.remove(service.info.fullName);
    this.services.set(service.info.fullName, service);
    this.list = [...this.services.values()];
    for (const action of service.actions) {
      this.actions.setLocal(new LocalActionEndpoint(this.node, action, service.info));
    }
    for (const event of service.events) this.listen(service, event);
  }

  listen({ info: service }: LocalService, { info: event, group, handler }: LocalEvent): void {
    this.events.addLocal({ nodeID: this.node.id, local: true, event, service, group, handler });
  }

  remove(fullName: string): LocalService | undefined {
    const service = this.services.get(fullName);
    if (service === undefined) return undefined;
    this.services.delete(fullName);
    this.list = [...this.services.values()];
    for (const { info } of service.actions) {
      const owner = this.actions.get(info.name)?.local?.service;
      if (owner === service.info) this.passOn(info.name);
    }
    for (const { info, group } of service.events) this.events.removeLocal(info.name, group, service.info);
    return service;
  }

  /** Where two services have an action of one name the later serves it; when it goes, the earlier does again. */
  private passOn(name: string): void {
    for (const service of this.list) {
      const action = service.actions.find(({ info }) => info.name === name);
      if (action !== undefined)
        return this.actions.setLocal(new LocalActionEndpoint(this.node, action, service.info));
    }
    this.actions.removeLocal(name);
  }
}
