import type { EventListing } from '../index.js';
import { countCell, nodeCell, paramsCell, stateCell } from './cells.js';
import type { ReplCommand } from './command.js';
import { byName, type ListFlag, listFlags, readListOptions } from './list-options.js';
import { type Column, printTable, type Row } from './table.js';

const FLAGS: readonly ListFlag[] = ['all', 'details', 'filter', 'skipinternal', 'local'];

const COLUMNS: readonly Column[] = [
  { title: 'Event' },
  { title: 'Group', alignment: 'right' },
  { title: 'State' },
  { title: 'Nodes' },
  { title: 'Params' },
];

export const eventsCommand: ReplCommand = {
  name: 'events',
  usage: '[options]',
  summary: 'List of event listeners',
  flags: listFlags('events', FLAGS),
  run(args, { broker, screen }) {
    const options = readListOptions(args, FLAGS);
    const events = broker.registry
      .events({
        withEndpoints: options.details,
        onlyAvailable: !options.all,
        onlyLocal: options.local,
        skipInternal: options.skipInternal,
      })
      .filter(({ name }) => options.matches(name))
      .sort((a, b) => byName(a.name, b.name) || byName(a.group, b.group));
    const rows = events.flatMap((event) => [
      eventRow(event, options.details),
      ...endpointRows(event, broker.nodeID),
    ]);
    printTable(screen, COLUMNS, rows);
  },
};

function eventRow(listing: EventListing, ruled: boolean): Row {
  const { name, group, available, count, hasLocal, event } = listing;
  return {
    cells: [name, group, stateCell(available), countCell(count, hasLocal), paramsCell(event?.['params'])],
    ruled,
  };
}

function endpointRows({ endpoints = [] }: EventListing, ownID: string): Row[] {
  return endpoints.map(({ nodeID, available, state }) => ({
    cells: ['', '', stateCell(available && state), nodeCell(nodeID, ownID), ''],
  }));
}
