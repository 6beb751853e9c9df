import type { ShapeUser } from './node-catalog.js';
import type { Shape } from './shape.js';

/** Which services an available node has announced, for questions that are asked at every change. */
export class ServiceIndex implements ShapeUser {
  /** A number a service: told by the weight of the shapes. */
  readonly weight = 0;
  private readonly owners = new Map<string, number>();

  has(fullName: string): boolean {
    return this.owners.has(fullName);
  }

  weightOf(): number {
    return 0;
  }

  attach(shape: Shape): void {
    for (const { fullName } of shape.services)
      this.owners.set(fullName, (this.owners.get(fullName) ?? 0) + 1);
  }

  detach(shape: Shape): void {
    for (const { fullName } of shape.services) {
      const left = (this.owners.get(fullName) ?? 0) - 1;
      if (left > 0) this.owners.set(fullName, left);
      else this.owners.delete(fullName);
    }
  }
}
