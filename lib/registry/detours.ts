import type { CallableAction } from './action-list.js';
import type { Registry } from './registry.js';

/** What stands before the look-ups of a registry: actions that a test makes up. */
export interface Detour {
  /** Names of actions that it adds to the known ones. */
  readonly names: readonly string[];
  /** What a call finds; undefined: `behind`, which is what it would find without the detour. */
  action(name: string, behind: CallableAction | undefined): CallableAction | undefined;
  /**
   * What helps who called an action that nobody has; null: nothing.
   *
   * @param madeUp names of all actions that detours add
   */
  remedy(action: string, madeUp: readonly string[]): string | null;
}

const REPLACED = ['action', 'actionNames', 'hasService', 'remedy'] as const;

/** The detours of one registry, the newest first. Its own look-ups are replaced while there are any, so that without they cost nothing. */
export class Detours {
  private readonly list: Detour[] = [];

  constructor(private readonly registry: Registry) {}

  /** @returns what takes it away again */
  add(detour: Detour): () => void {
    if (this.list.length === 0) this.stepIn();
    this.list.unshift(detour);
    return () => {
      const at = this.list.indexOf(detour);
      if (at < 0) return;
      this.list.splice(at, 1);
      if (this.list.length === 0) for (const name of REPLACED) Reflect.deleteProperty(this.registry, name);
    };
  }

  private stepIn(): void {
    const { list, registry } = this;
    const action = registry.action.bind(registry);
    const actionNames = registry.actionNames.bind(registry);
    const hasService = registry.hasService.bind(registry);
    const own: Pick<Registry, (typeof REPLACED)[number]> = {
      // From the oldest to the newest, so that each sees what it hides.
      action: (name) =>
        list.reduceRight((behind, detour) => detour.action(name, behind) ?? behind, action(name)),
      actionNames: () => new Set([...actionNames(), ...this.names()]),
      hasService: (fullName) =>
        list.some(({ names }) => names.some((name) => name.startsWith(`${fullName}.`))) ||
        hasService(fullName),
      remedy: (name) =>
        list.map((one) => one.remedy(name, this.names())).find((text) => text !== null) ?? null,
    };
    Object.assign(registry, own);
  }

  /** Oldest first. */
  private names(): string[] {
    return [...new Set(this.list.flatMap(({ names }) => names).reverse())];
  }
}
