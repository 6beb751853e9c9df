import { expected, namedPartNotBuilt, notAPart, unknownPart } from '../../messages/options.messages.js';
import type { Choice } from '../choice.type.js';
import type { ClassOf } from '../class-of.type.js';
import { describeValue } from './describe-value.js';
import { nearestNames } from './did-you-mean.js';
import { reject, siteBelow } from './rule.js';
import type { Rule, RuleSite } from './rule.js';
import { isRecord } from './value.rules.js';

/** How a part of the broker can be chosen. */
export interface PartKind<Name extends string> {
  /** `'transporter'`, `'serializer'` … for messages. */
  readonly part: string;
  /** Names that work; upper and lower case are the same, as in Moleculer. */
  readonly built: readonly Name[];
  /** Other spellings of them. */
  readonly aliases?: Readonly<Record<string, Name>>;
  /** Names that Moleculer or a later version knows. */
  readonly planned: readonly string[];
  /** Protocols of URLs, such as `redis:`, to names. */
  readonly urls?: Readonly<Record<string, string>>;
  /** An object with these methods is an instance; a class whose prototype has them, a class of the part. */
  readonly methods: readonly string[];
  /** Whether options may be a function, such as one that makes clients. */
  readonly factories?: boolean;
  /** The name where `{ options }` names none. */
  readonly unnamed?: Name;
}

/** A part by name, URL, `{ type, options }`, instance or class. Gives `byDefault` where nothing (or nonsense) was given. */
export function part<Name extends string, Part, D extends Choice<Name, Part> | null>(
  kind: PartKind<Name>,
  byDefault: D,
): Rule<Choice<Name, Part> | D> {
  return (value, site) => {
    if (value === undefined || value === null) return byDefault;
    return choose<Name, Part>(kind, value, site) ?? byDefault;
  };
}

export function named<Name extends string>(type: Name, url: string | null = null, options: object = {}) {
  return { kind: 'named', type, url, options } as const;
}

function choose<Name extends string, Part>(
  kind: PartKind<Name>,
  value: unknown,
  site: RuleSite,
): Choice<Name, Part> | null {
  if (typeof value === 'string') return byText(kind, value, site);
  if (typeof value === 'function' && hasMethods(value.prototype, kind.methods)) {
    return { kind: 'class', type: value as unknown as ClassOf<Part> };
  }
  if (hasMethods(value, kind.methods)) return { kind: 'instance', instance: value as Part };
  if (isRecord(value) && ('type' in value || ('options' in value && kind.unnamed)))
    return byConfig(kind, value, site);
  reject(site, describeValue(value, site.path), notAPart(kind.part, kind.methods));
  return null;
}

function byText<Name extends string>(kind: PartKind<Name>, text: string, site: RuleSite) {
  const protocol = /^[a-z][a-z0-9+.-]*:(?=\/\/)/i.exec(text)?.[0].toLowerCase();
  const fromUrl = protocol === undefined ? undefined : ownValue(kind.urls, protocol);
  const name = resolveName(kind, fromUrl ?? text, text, site);
  return name === null ? null : named(name, fromUrl === undefined ? null : text);
}

function byConfig<Name extends string>(
  kind: PartKind<Name>,
  config: Record<string, unknown>,
  site: RuleSite,
) {
  const { type = kind.unnamed, options, ...rest } = config;
  for (const key of Object.keys(rest)) {
    const below = siteBelow(site, key);
    reject(below, describeValue(rest[key], below.path), expected("only 'type' and 'options' here"));
  }
  if (typeof type !== 'string') {
    reject(siteBelow(site, 'type'), describeValue(type), notAPart(kind.part, kind.methods));
    return null;
  }
  const name = resolveName(kind, type, type, siteBelow(site, 'type'));
  if (name === null) return null;
  // Moleculer takes the URL in the place of the options, too.
  if (typeof options === 'string' && kind.urls) return named(name, options);
  if (options === undefined || options === null) return named(name);
  if (isRecord(options) || (kind.factories && typeof options === 'function'))
    return named(name, null, options);
  const below = siteBelow(site, 'options');
  reject(below, describeValue(options, below.path), expected('an object'));
  return null;
}

function resolveName<Name extends string>(
  kind: PartKind<Name>,
  name: string,
  given: string,
  site: RuleSite,
): Name | null {
  const wanted = name.toLowerCase();
  const same = (candidate: string): boolean => candidate.toLowerCase() === wanted;
  const built = kind.built.find(same) ?? ownValue(kind.aliases, wanted);
  if (built !== undefined) return built;
  const planned = kind.planned.find(same);
  const text = describeValue(given, site.path);
  if (planned !== undefined) reject(site, text, namedPartNotBuilt(kind.part, planned, kind.built));
  else
    reject(
      site,
      text,
      unknownPart(kind.part, nearestNames(name, [...kind.built, ...kind.planned]), kind.built),
    );
  return null;
}

function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
}

function ownValue<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}
