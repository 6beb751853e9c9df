import { normaliseServices } from './normalise-services.js';
import { maxSizeOfNode, type RegistryLimits } from './registry-limits.js';
import { Shape } from './shape.js';
import { Sieve } from './sieve.js';

/** Keeps one shape for each list of services that is announced, as long as a node holds it. */
export class ShapeStore {
  private readonly shapes = new Map<string, Shape>();
  private unshared = 0;
  private total = 0;

  constructor(private readonly limits: RegistryLimits) {}

  get size(): number {
    return this.shapes.size;
  }

  /** Memory of all of them, estimated, bytes. */
  get weight(): number {
    return this.total;
  }

  /** The shape of an announced list, whatever it contains; the caller becomes a holder. Null if it is too much for one node. */
  take(services: unknown): Shape | null {
    const key = this.keyOf(services);
    const shape = this.shapes.get(key) ?? this.make(key, services);
    if (shape !== null) shape.holders++;
    return shape;
  }

  giveBack(shape: Shape): void {
    if (--shape.holders > 0) return;
    this.shapes.delete(shape.key);
    this.total -= shape.weight;
  }

  private make(key: string, services: unknown): Shape | null {
    if (key.length > maxSizeOfNode(this.limits)) return null;
    const sieve = new Sieve(this.limits);
    const normal = normaliseServices(services, sieve);
    if (sieve.tooHeavy) return null;
    const shape = new Shape(key, normal, sieve.weight + key.length, sieve.leftOut);
    this.shapes.set(key, shape);
    this.total += shape.weight;
    return shape;
  }

  /** What has no JSON, as big integers that a binary serializer can bring, or what is nested without end, is not shared. */
  private keyOf(services: unknown): string {
    try {
      return JSON.stringify(services) ?? 'none';
    } catch {
      return `unshared:${++this.unshared}`;
    }
  }
}
