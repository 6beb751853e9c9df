import type { ServiceListing } from '../index.js';
import { countCell, nodeCell, stateCell } from './cells.js';
import type { ReplCommand } from './command.js';
import { byName, type ListFlag, listFlags, readListOptions } from './list-options.js';
import { type Column, printTable, type Row } from './table.js';

const FLAGS: readonly ListFlag[] = ['all', 'details', 'filter', 'skipinternal', 'local'];

const COLUMNS: readonly Column[] = [
  { title: 'Service' },
  { title: 'Version', alignment: 'right' },
  { title: 'State', alignment: 'right' },
  { title: 'Actions', alignment: 'right' },
  { title: 'Events', alignment: 'right' },
  { title: 'Nodes' },
];

export const servicesCommand: ReplCommand = {
  name: 'services',
  usage: '[options]',
  summary: 'List of services',
  flags: listFlags('services', FLAGS),
  run(args, { broker, screen }) {
    const options = readListOptions(args, FLAGS);
    const services = broker.registry
      .services({
        grouping: true,
        withActions: true,
        withEvents: true,
        onlyAvailable: !options.all,
        onlyLocal: options.local,
        skipInternal: options.skipInternal,
      })
      .filter(({ name, fullName }) => options.matches(name) || options.matches(fullName))
      .sort((a, b) => byName(a.name, b.name) || byName(a.fullName, b.fullName));
    const rows = services.flatMap((service) => [
      serviceRow(service, broker.nodeID, options.details),
      ...(options.details ? nodeRows(service, broker.nodeID) : []),
    ]);
    printTable(screen, COLUMNS, rows);
  },
};

function serviceRow(service: ServiceListing, ownID: string, ruled: boolean): Row {
  const { name, version, available, actions = {}, events = {}, nodes = [] } = service;
  const cells = [
    name,
    version === undefined ? '-' : String(version),
    stateCell(available),
    String(Object.keys(actions).length),
    String(Object.keys(events).length),
    countCell(nodes.length, nodes.includes(ownID)),
  ];
  return { cells, ruled };
}

function nodeRows(service: ServiceListing, ownID: string): Row[] {
  return (service.nodes ?? []).map((nodeID) => ({
    cells: ['', '', stateCell(service.available), '', '', nodeCell(nodeID, ownID)],
  }));
}
