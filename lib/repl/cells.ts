import type { Cell } from './table.js';

/** Cells that several lists share. */

export const stateCell = (available: boolean): Cell =>
  available
    ? { text: '   OK   ', style: ['white', 'bgGreen'] }
    : { text: ' FAILED ', style: ['white', 'bgRed'] };

export const nodeCell = (nodeID: string, ownID: string): Cell =>
  nodeID === ownID ? { text: '<local>', style: 'gray' } : nodeID;

/** How many nodes have it; marked if ours is one of them. */
export const countCell = (count: number, hasLocal: boolean): Cell =>
  hasLocal ? `(*) ${count}` : String(count);

/** The names of declared params; `$$strict` and the like are no params. */
export function paramsCell(params: unknown): Cell {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return '';
  return Object.keys(params)
    .filter((name) => !name.startsWith('$$'))
    .join(', ');
}
