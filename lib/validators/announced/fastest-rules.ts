import type { JsonSchema } from './json-schema.js';
import {
  ANY,
  copyNumbers,
  isObject,
  numberRule,
  oneOfValues,
  type Rule,
  setOwn,
  stringRule,
} from './scalar-rules.js';

/** Keys that refer to others, and those that say what fastest-validator cannot. */
const WITHOUT_EQUIVALENT = ['not', 'if', 'patternProperties', 'dependentSchemas', 'contains'];

/** The schema that takes whatever comes, also nothing. */
export const ANYTHING: Readonly<Rule> = { $$root: true, type: 'any', optional: true };

/**
 * A JSON Schema as a schema of fastest-validator, for peers and gateways that read those. Never stricter: what has no equivalent is
 * left out, or becomes `any`.
 */
export function fastestSchema(schema: JsonSchema): Rule {
  const rule = new Conversion(schema).rule(schema);
  const { type, props, strict, ...rest } = rule;
  if (type === 'any') return { ...ANYTHING };
  if (type !== 'object' || Object.keys(rest).length > 0) return { $$root: true, ...rule };
  return { ...(props as Rule | undefined), ...(strict === true && { $$strict: true }) };
}

class Conversion {
  /** References under way: one that comes up within itself has no equivalent. */
  private readonly open = new Set<string>();

  constructor(private readonly root: JsonSchema) {}

  rule(schema: unknown): Rule {
    if (!isObject(schema)) return ANY();
    if (typeof schema['$ref'] === 'string') return this.referred(schema['$ref']);
    const rule = this.converted(schema);
    if (schema['default'] !== undefined) rule['default'] = schema['default'];
    return rule;
  }

  private converted(schema: JsonSchema): Rule {
    if (WITHOUT_EQUIVALENT.some((key) => key in schema)) return ANY();
    if (Array.isArray(schema['enum'])) return oneOfValues(schema['enum']);
    if ('const' in schema) return oneOfValues([schema['const']]);
    const choice = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(choice)) return this.several(choice);
    if (Array.isArray(schema['allOf'])) return this.all(schema);
    const { type } = schema;
    if (Array.isArray(type)) return this.several(type.map((one: unknown) => ({ ...schema, type: one })));
    return this.typed(type, schema);
  }

  private typed(type: unknown, schema: JsonSchema): Rule {
    switch (type) {
      case 'string':
        return stringRule(schema);
      case 'number':
      case 'integer':
        return numberRule(schema, type);
      case 'boolean':
        return { type: 'boolean' };
      case 'array':
        return this.array(schema);
      case 'object':
        return this.object(schema);
      default:
        return ANY();
    }
  }

  /** One of several; null among them makes the rest nullable. */
  private several(schemas: readonly unknown[]): Rule {
    const others = schemas.filter((schema) => !isNull(schema));
    const rules = others.map((schema) => this.rule(schema));
    const nullable = others.length < schemas.length || rules.some((rule) => rule['nullable'] === true);
    if (rules.length === 0 || rules.some((rule) => rule['type'] === 'any')) return ANY();
    const rule = rules.length === 1 ? rules[0] : { type: 'multi', rules };
    return nullable ? { ...rule, nullable: true } : rule;
  }

  /** Objects only: together they have all properties. */
  private all({ allOf, ...own }: JsonSchema): Rule {
    const rules = [...(allOf as unknown[]), ...('type' in own ? [own] : [])].map((part) => this.rule(part));
    const props: Rule = {};
    for (const rule of rules) {
      if (rule['type'] !== 'object' || rule['nullable'] === true) return ANY();
      for (const [key, prop] of Object.entries((rule['props'] ?? {}) as Rule)) {
        setOwn(props, key, Object.hasOwn(props, key) ? ANY() : prop);
      }
    }
    return { type: 'object', props };
  }

  private array(schema: JsonSchema): Rule {
    const { items, prefixItems, minItems, maxItems, uniqueItems } = schema;
    if (Array.isArray(prefixItems)) {
      const { length } = prefixItems;
      const exact = length > 0 && minItems === length && (maxItems === length || items === false);
      return exact
        ? { type: 'tuple', items: prefixItems.map((item) => this.rule(item)), empty: false }
        : { type: 'array' };
    }
    const rule: Rule = { type: 'array' };
    if (isObject(items)) rule['items'] = this.rule(items);
    copyNumbers(rule, { min: minItems, max: maxItems });
    if (uniqueItems === true && isScalar(rule['items'])) rule['unique'] = true;
    return rule;
  }

  private object(schema: JsonSchema): Rule {
    const { properties, additionalProperties, required } = schema;
    const entries = Object.entries(isObject(properties) ? properties : {});
    if (
      entries.length === 0 &&
      isObject(additionalProperties) &&
      Object.keys(additionalProperties).length > 0
    ) {
      return { type: 'record', key: { type: 'string' }, value: this.rule(additionalProperties) };
    }
    const needed = new Set(Array.isArray(required) ? (required as unknown[]) : []);
    const rule: Rule = { type: 'object' };
    const props: Rule = {};
    // Keys that begin so are no properties to fastest-validator.
    for (const [key, property] of entries.filter(([key]) => !key.startsWith('$$'))) {
      const made = this.rule(property);
      setOwn(props, key, needed.has(key) ? made : { ...made, optional: true });
    }
    if (entries.length > 0) rule['props'] = props;
    if (additionalProperties === false && Object.keys(props).length === entries.length) rule['strict'] = true;
    return rule;
  }

  private referred(reference: string): Rule {
    const target = this.open.has(reference) ? undefined : this.find(reference);
    if (target === undefined) return ANY();
    this.open.add(reference);
    try {
      return this.rule(target);
    } finally {
      this.open.delete(reference);
    }
  }

  private find(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    let found: unknown = this.root;
    for (const part of reference.slice(2).split('/')) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
      found = found[key];
    }
    return found;
  }
}

/** `unique` compares by identity. */
const isScalar = (rule: unknown): boolean =>
  isObject(rule) && ['string', 'number', 'boolean', 'enum'].includes(rule['type'] as string);
const isNull = (schema: unknown): boolean =>
  isObject(schema) && (schema['type'] === 'null' || ('const' in schema && schema['const'] === null));
