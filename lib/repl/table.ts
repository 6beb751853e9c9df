import { getBorderCharacters, table } from 'table';
import { printable, type Screen, type Style } from './screen.js';

export interface Column {
  readonly title: string;
  /** Default `left`. */
  readonly alignment?: 'left' | 'center' | 'right';
}

export type Cell = string | { readonly text: string; readonly style: Style };

export interface Row {
  readonly cells: readonly Cell[];
  /** A line above, to set it apart from the row before. */
  readonly ruled?: boolean;
}

/** Draws a table in the look of Moleculer's prompt. */
export function printTable(screen: Screen, columns: readonly Column[], rows: readonly Row[]): void {
  const heads = columns.map(({ title }) => screen.paint('bold', title));
  const lines = rows.map(({ cells }) => cells.map((cell) => paintCell(screen, cell)));
  const borders = Object.entries(getBorderCharacters('honeywell')).map(([place, char]) => [
    place,
    screen.paint('gray', char),
  ]);
  const drawn = table([heads, ...lines], {
    border: Object.fromEntries(borders),
    columns: columns.map(({ alignment }) => ({ alignment: alignment ?? 'left' })),
    // Line n stands above row n; row 0 is the header.
    drawHorizontalLine: (n, size) => n <= 1 || n === size || rows[n - 1]?.ruled === true,
  });
  screen.print(drawn);
}

function paintCell(screen: Screen, cell: Cell): string {
  return typeof cell === 'string' ? printable(cell) : screen.paint(cell.style, printable(cell.text));
}
