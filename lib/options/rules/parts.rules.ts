import type {
  SerializerChoice,
  StrategyChoice,
  TransporterChoice,
  ValidatorChoice,
} from '../resolved-options.js';
import { expected, SETTLED_BY_LIBRARY } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { named, part } from './part.rule.js';
import { reject, siteBelow } from './rule.js';
import type { Rule } from './rule.js';
import { freeForm } from './value.rules.js';
import { PIPE_OPTIONS_OF_OTHERS } from '../validation-pipe.options.js';

/** @see TransporterOption */
export const transporter: Rule<TransporterChoice | null> = part(
  {
    part: 'transporter',
    built: ['Redis', 'Memory'],
    planned: ['TCP', 'NATS', 'MQTT', 'AMQP', 'AMQP10', 'Kafka', 'Fake'],
    urls: {
      'redis:': 'Redis',
      'rediss:': 'Redis',
      'memory:': 'Memory',
      'tcp:': 'TCP',
      'nats:': 'NATS',
      'mqtt:': 'MQTT',
      'mqtts:': 'MQTT',
      'amqp:': 'AMQP',
      'amqps:': 'AMQP',
      'amqp10:': 'AMQP10',
      'kafka:': 'Kafka',
    },
    methods: ['connect', 'disconnect', 'subscribe', 'send'],
    factories: true,
  },
  null,
);

/** @see SerializerOption */
export const serializer: Rule<SerializerChoice> = part(
  {
    part: 'serializer',
    built: ['JSON'],
    planned: ['JSONExt', 'MsgPack', 'CBOR', 'Notepack', 'Avro', 'ProtoBuf', 'Thrift'],
    methods: ['serialize', 'deserialize'],
    unnamed: 'JSON',
  },
  named('JSON'),
);

/** @see StrategyOption */
export const strategy: Rule<StrategyChoice> = part(
  {
    part: 'strategy',
    built: ['RoundRobin', 'Random'],
    planned: ['CpuUsage', 'Latency', 'Shard', 'LeastPending'],
    methods: ['select'],
  },
  named('RoundRobin'),
);

const validatorPart: Rule<ValidatorChoice> = part(
  {
    part: 'validator',
    built: ['Fastest'],
    aliases: { fastestvalidator: 'Fastest' },
    planned: [],
    methods: ['compile'],
    unnamed: 'Fastest',
  },
  named('Fastest'),
);

/** @see ValidatorOption */
export const validator: Rule<ValidatorChoice | null> = (value, site) => {
  if (value === false || value === null) return null;
  const choice = validatorPart(value === true ? undefined : value, site);
  if (choice.kind !== 'named') return choice;
  const { paramName } = choice.options as { paramName?: unknown };
  if (paramName !== undefined && paramName !== 'params') {
    reject(
      { ...site, path: `${site.path}.options.paramName` },
      describeValue(paramName),
      expected("'params': the schema of an action or event is always there"),
    );
  }
  return choice;
};

/** @see ClassValidationOptions */
export const validationPipe: Rule<Readonly<Record<string, unknown>>> = (value, site) => {
  const options = freeForm()(value, site);
  for (const key of PIPE_OPTIONS_OF_OTHERS.filter((name) => options[name] !== undefined)) {
    const below = siteBelow(site, key);
    reject(below, describeValue(options[key], below.path), SETTLED_BY_LIBRARY);
  }
  return options;
};
