import type { MoleculerModuleOptions } from '../../../lib/index.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import type { TestCluster } from '../../../lib/testing/index.js';
import { Foreigner, foreigner } from '../foreign.fixture.js';
import type { Life } from '../life.fixture.js';
import { node } from '../life.fixture.js';

/** Nobody is missed, and who has gone is forgotten within two minutes. */
const options: MoleculerModuleOptions = { internalServices: false, heartbeatInterval: 0 };
const discoverer = { options: { cleanOfflineNodesTimeout: 1 } };
const TWO_MINUTES = 120_000;

/** Our node with these limits. */
export const limited = (
  registry: MoleculerModuleOptions['registry'],
  transit: MoleculerModuleOptions['transit'] = {},
) => node('me', { ...options, registry: { ...registry, discoverer }, transit });

/** Many nodes in one foreigner, who says and hears whatever they do. */
export class Crowd {
  private readonly voice: Foreigner;

  constructor(private readonly life: Life) {
    this.voice = foreigner(life, 'crowd');
  }

  get registry() {
    return this.life.registry('me');
  }

  private get cluster(): TestCluster {
    return this.life.cluster;
  }

  /** One says who it is, without having sent a heartbeat. */
  async announce(nodeID: string, services: unknown = [], fields: Dictionary = {}): Promise<void> {
    this.say(nodeID, services, fields);
    await this.cluster.advance(0);
  }

  /** The same, and nobody waits until it is heard. */
  say(nodeID: string, services: unknown = [], fields: Dictionary = {}): void {
    this.voice.listenAs(nodeID);
    this.voice.info(services, { sender: nodeID, instanceID: `instance-${nodeID}`, ...fields });
  }

  /** One beats; returns whether it was asked thereupon who it is. */
  async beat(nodeID: string): Promise<boolean> {
    const answer = this.voice.onPacket;
    this.voice.onPacket = null;
    this.voice.listenAs(nodeID);
    this.life.forget();
    this.voice.send('HEARTBEAT', undefined, { sender: nodeID, cpu: 1 });
    await this.cluster.advance(0);
    this.voice.onPacket = answer;
    return this.life.heard('crowd', 'DISCOVER', 'me').some(({ target }) => target === nodeID);
  }

  /** One beats and says who it is. */
  async arrive(nodeID: string, services: unknown = [], fields: Dictionary = {}): Promise<void> {
    await this.beat(nodeID);
    await this.announce(nodeID, services, fields);
  }

  async leave(...nodeIDs: string[]): Promise<void> {
    for (const sender of nodeIDs) this.voice.send('DISCONNECT', undefined, { sender });
    await this.cluster.advance(0);
  }

  /** Whoever has gone is forgotten. */
  forgotten(): Promise<void> {
    return this.cluster.advance(TWO_MINUTES);
  }

  /** Its actions are never done. */
  hang(): void {
    this.voice.onPacket = null;
  }
}
