import type { ActionListing } from '../index.js';
import { countCell, nodeCell, paramsCell, stateCell } from './cells.js';
import type { ReplCommand } from './command.js';
import { byName, type ListFlag, listFlags, readListOptions } from './list-options.js';
import { type Cell, type Column, printTable, type Row } from './table.js';

const FLAGS: readonly ListFlag[] = ['all', 'details', 'filter', 'skipinternal', 'local'];

const COLUMNS: readonly Column[] = [
  { title: 'Action' },
  { title: 'Nodes', alignment: 'right' },
  { title: 'State' },
  { title: 'Cached', alignment: 'center' },
  { title: 'Params' },
];

export const actionsCommand: ReplCommand = {
  name: 'actions',
  usage: '[options]',
  summary: 'List of actions',
  flags: listFlags('actions', FLAGS),
  run(args, { broker, screen }) {
    const options = readListOptions(args, FLAGS);
    const actions = broker.registry
      .actions({
        withEndpoints: options.details,
        onlyAvailable: !options.all,
        onlyLocal: options.local,
        skipInternal: options.skipInternal,
      })
      .filter(({ name }) => options.matches(name))
      .sort((a, b) => byName(a.name, b.name));
    const rows = actions.flatMap((action, i) => [
      actionRow(action, options.details || serviceOf(action) !== serviceOf(actions[i - 1])),
      ...endpointRows(action, broker.nodeID),
    ]);
    printTable(screen, COLUMNS, rows);
  },
};

function actionRow(listing: ActionListing, ruled: boolean): Row {
  const { name, count, hasLocal, available, action } = listing;
  const cached: Cell = action?.['cache'] ? { text: 'Yes', style: 'green' } : { text: 'No', style: 'gray' };
  return {
    cells: [name, countCell(count, hasLocal), stateCell(available), cached, paramsCell(action?.['params'])],
    ruled,
  };
}

function endpointRows({ endpoints = [] }: ActionListing, ownID: string): Row[] {
  return endpoints.map(({ nodeID, available, state }) => ({
    cells: ['', nodeCell(nodeID, ownID), stateCell(available && state), '', ''],
  }));
}

/** A service's actions stand together. */
function serviceOf(action: ActionListing | undefined): string | undefined {
  return action?.name.slice(0, Math.max(0, action.name.lastIndexOf('.')));
}
