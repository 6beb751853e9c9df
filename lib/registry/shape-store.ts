import { normaliseServices } from './normalise-services.js';
import { Shape } from './shape.js';

/** Keeps one shape for each list of services that is announced, as long as a node holds it. */
export class ShapeStore {
  private readonly shapes = new Map<string, Shape>();
  private unshared = 0;

  get size(): number {
    return this.shapes.size;
  }

  /** The shape of an announced list, whatever it contains; the caller becomes a holder. */
  take(services: unknown): Shape {
    const key = this.keyOf(services);
    let shape = this.shapes.get(key);
    if (shape === undefined) {
      shape = new Shape(key, normaliseServices(services));
      this.shapes.set(key, shape);
    }
    shape.holders++;
    return shape;
  }

  giveBack(shape: Shape): void {
    if (--shape.holders === 0) this.shapes.delete(shape.key);
  }

  /** Binary serializers can bring what has no JSON (big integers): such lists are not shared. */
  private keyOf(services: unknown): string {
    try {
      return JSON.stringify(services) ?? 'none';
    } catch {
      return `unshared:${++this.unshared}`;
    }
  }
}
