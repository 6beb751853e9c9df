import type { HealthStatus, ServiceBroker } from '../index.js';
import { optionsHidden } from '../messages/repl.messages.js';
import type { ReplCommand } from './command.js';
import { printable, type Screen } from './screen.js';

export const infoCommand: ReplCommand = {
  name: 'info',
  usage: '',
  summary: 'Information about broker',
  async run(_args, { broker, screen }) {
    const health = await broker.getHealthStatus();
    printSection(screen, 'General information', general(broker, health));
    printSection(screen, 'Broker information', brokerFacts(broker));
    printSection(screen, 'Transport information', transport(broker));
    await printOptions(broker, screen);
  },
};

type Facts = Readonly<Record<string, unknown>>;

function general(broker: ServiceBroker, { cpu, mem, os, process, net, client, time }: HealthStatus): Facts {
  const { heapUsed, heapTotal } = process.memory;
  return {
    CPU: `Arch: ${os.arch}, Cores: ${cpu.cores}`,
    Memory: `${gauge((mem.total - mem.free) / mem.total)} ${bytes(mem.free)} free`,
    Heap: `${gauge(heapUsed / heapTotal)} ${bytes(heapUsed)}`,
    OS: `${os.platform} (${os.type})`,
    IP: net.ip.join(', '),
    Hostname: os.hostname,
    'Node version': client.langVersion,
    'Library version': client.version,
    'Protocol version': broker.options.protocolVersion,
    'Current time': new Date(time.now).toString(),
  };
}

function brokerFacts({ nodeID, namespace, options, registry }: ServiceBroker): Facts {
  return {
    Namespace: namespace || '<None>',
    'Node ID': nodeID,
    Services: registry.services({ onlyLocal: true }).length,
    Actions: registry.actions({ onlyLocal: true }).length,
    Events: registry.events({ onlyLocal: true }).length,
    Strategy: partName(options.registry.strategy),
    Cacher: partName(options.cacher),
    Nodes: registry.nodes({ onlyAvailable: true }).length,
  };
}

function transport({ options, parts }: ServiceBroker): Facts {
  return {
    Serializer: partName(options.serializer),
    'Pending requests': parts.requester.pending.size,
    Transporter: partName(options.transporter),
  };
}

/** As `$node.options` shows them: without secrets. */
async function printOptions(broker: ServiceBroker, screen: Screen): Promise<void> {
  printTitle(screen, 'Broker options');
  if (!broker.options.internalServices) {
    screen.print(`    ${optionsHidden}`);
    return;
  }
  const options = await broker.call<unknown>('$node.options', {}, { nodeID: broker.nodeID });
  printFacts(screen, options as Facts, (value) => screen.show(value));
}

/** How a part was chosen: by name, as an instance or as a class. */
type Chosen =
  | { kind: 'named'; type: string }
  | { kind: 'instance'; instance: object }
  | { kind: 'class'; type: { name: string } };

function partName(choice: Chosen | null): string {
  if (choice === null) return '<None>';
  if (choice.kind === 'instance') return choice.instance.constructor.name;
  return choice.kind === 'class' ? choice.type.name : choice.type;
}

function printSection(screen: Screen, title: string, facts: Facts): void {
  printTitle(screen, title);
  printFacts(screen, facts, (value) => printable(String(value)));
}

function printTitle(screen: Screen, title: string): void {
  const bar = '='.repeat(title.length + 4);
  screen.print(screen.paint(['yellow', 'bold'], `\n${bar}\n  ${title}\n${bar}\n`));
}

/** What is nested stands below its name, further in. */
function printFacts(screen: Screen, facts: Facts, show: (value: unknown) => string, indent = 0): void {
  for (const [key, value] of Object.entries(facts)) {
    const name = ' '.repeat(4 + indent) + printable(key).padEnd(25 - indent);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      screen.print(`${name}: ${show(value)}`);
      continue;
    }
    screen.print(name.trimEnd());
    printFacts(screen, value as Facts, show, indent + 2);
  }
}

const WIDTH = 20;

function gauge(part: number): string {
  const full = Math.max(0, Math.min(WIDTH, Math.round(part * WIDTH)));
  return `[${'|'.repeat(full)}${'-'.repeat(WIDTH - full)}]`;
}

function bytes(count: number): string {
  const mebi = count / 2 ** 20;
  return mebi < 1024 ? `${mebi.toFixed(1)} MiB` : `${(mebi / 1024).toFixed(1)} GiB`;
}
