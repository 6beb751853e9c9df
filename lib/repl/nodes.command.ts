import type { NodeListing } from '../index.js';
import type { ReplCommand } from './command.js';
import { byName, type ListFlag, listFlags, readListOptions } from './list-options.js';
import { type Cell, type Column, printTable, type Row } from './table.js';

const FLAGS: readonly ListFlag[] = ['all', 'details', 'filter'];

const COLUMNS: readonly Column[] = [
  { title: 'Node ID' },
  { title: 'Services' },
  { title: 'Version', alignment: 'right' },
  { title: 'Client' },
  { title: 'IP' },
  { title: 'State', alignment: 'right' },
  { title: 'CPU' },
];

export const nodesCommand: ReplCommand = {
  name: 'nodes',
  usage: '[options]',
  summary: 'List of nodes',
  flags: listFlags('nodes', FLAGS),
  run(args, { broker, screen }) {
    const options = readListOptions(args, FLAGS);
    const nodes = broker.registry
      .nodes({ withServices: true, onlyAvailable: !options.all })
      .filter(({ id }) => options.matches(id))
      .sort((a, b) => byName(a.id, b.id));
    const rows = nodes.flatMap((node) => [
      nodeRow(node, options.details),
      ...(options.details ? serviceRows(node) : []),
    ]);
    printTable(screen, COLUMNS, rows);
  },
};

function nodeRow(node: NodeListing, ruled: boolean): Row {
  const cells: Cell[] = [
    node.local ? { text: `${node.id} (*)`, style: 'gray' } : node.id,
    String(node.services?.length ?? 0),
    node.client.version ?? '?',
    node.client.type ?? '?',
    addresses(node.ipList),
    node.available
      ? { text: ' ONLINE ', style: ['black', 'bgGreen'] }
      : { text: ' OFFLINE ', style: ['white', 'bgRed'] },
    node.cpu === null ? '?' : load(node.cpu),
  ];
  return { cells, ruled };
}

function serviceRows(node: NodeListing): Row[] {
  return (node.services ?? []).map(({ name, version }) => ({
    cells: ['', name, version === undefined ? '-' : String(version), '', '', '', ''],
  }));
}

function addresses([first, ...others]: readonly string[]): string {
  if (first === undefined) return '?';
  return others.length === 0 ? first : `${first}  (+${others.length})`;
}

const WIDTH = 20;

function load(percent: number): string {
  const full = Math.max(0, Math.min(WIDTH, Math.round((percent * WIDTH) / 100)));
  return `[${'■'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent.toFixed(0)}%`;
}
