import { SteadyLogger } from '../errors/steady-logger.js';
import { messageOf } from '../errors/thrown.js';
import { strategyMessages } from '../messages/registry.messages.js';
import type { StrategyChoice } from '../strategies/create-strategy.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import { BoundedMap } from './bounded-map.js';

/** Other nodes choose names and options: no memory may grow with them, and no log. */
const MAX_KEPT = 100;
/** Nobody writes longer options, and names are shorter. */
const MAX_KEY = 1000;

/** Finds the strategy an action or event asks for with `strategy` and `strategyOptions`; one instance for all that ask alike. */
export class StrategyPicker {
  private readonly byText = new BoundedMap<string, LoadBalanceStrategy>(MAX_KEPT);
  private readonly byClass = new WeakMap<object, LoadBalanceStrategy | null>();
  private silent = false;
  private readonly refused = new BoundedMap<string, true>(MAX_KEPT);
  private readonly logger = new SteadyLogger('MoleculerRegistry');

  /**
   * @param standard for whatever asks for none
   * @param create throws if there is no such strategy
   */
  constructor(
    readonly standard: LoadBalanceStrategy,
    private readonly create: (choice: StrategyChoice, options?: object) => LoadBalanceStrategy,
  ) {}

  /**
   * @param choice a name, Moleculer's `{ type }`, or (ours only) a class or an instance; it may come from another node
   * @returns the standard strategy if none is asked for, or one that is not there, which is said once
   */
  pick(choice: unknown, options: unknown, subject: string): LoadBalanceStrategy {
    if (choice === undefined || choice === null) return this.standard;
    const settings = typeof options === 'object' && options !== null ? options : undefined;
    if (isClassOrInstance(choice)) return this.pickObject(choice, settings, subject) ?? this.standard;
    const name = typeof choice === 'string' ? choice : (choice as { type?: unknown }).type;
    if (typeof name !== 'string' || this.refused.has(name)) return this.standard;
    return this.pickName(name, settings, subject) ?? this.standard;
  }

  private pickName(name: string, options: object | undefined, subject: string): LoadBalanceStrategy | null {
    const key = `${name} ${textOf(options)}`;
    if (key.length > MAX_KEY) return null;
    const known = this.byText.get(key);
    if (known !== undefined) return known;
    const made = this.createOrWarn(name, options, subject);
    if (made === null) this.refuse(name);
    else this.byText.set(key, made);
    return made;
  }

  /** Whoever asks for ever new ones gets the default without a word. */
  private refuse(name: string): void {
    this.refused.set(name, true);
    if (this.refused.size === MAX_KEPT) this.silent = true;
  }

  private pickObject(
    choice: object,
    options: object | undefined,
    subject: string,
  ): LoadBalanceStrategy | null {
    let made = this.byClass.get(choice);
    if (made === undefined) {
      made = this.createOrWarn(choice as StrategyChoice, options, subject);
      this.byClass.set(choice, made);
    }
    return made;
  }

  private createOrWarn(
    choice: StrategyChoice,
    options: object | undefined,
    subject: string,
  ): LoadBalanceStrategy | null {
    try {
      return this.create(choice, options);
    } catch (error) {
      if (!this.silent) this.logger.warn(strategyMessages.ignored(subject, messageOf(error)));
      return null;
    }
  }
}

function isClassOrInstance(value: unknown): value is object {
  return typeof value === 'function' || typeof (value as { select?: unknown }).select === 'function';
}

function textOf(options: object | undefined): string {
  try {
    return JSON.stringify(options) ?? '';
  } catch {
    return '';
  }
}
