/** What a run does and what it leaves: enhancers and handlers read their parts here and note what they do. */

let parts: Readonly<Record<string, string>> = {};
let journal: string[] = [];

/** How a place is to behave in this run; the first of its behaviours if nothing is said. */
export const partOf = (place: string): string | undefined => parts[place];

export const note = (effect: string): void => void journal.push(effect);

/** From now on notes go to a new journal, which is returned. */
export function begin(script: Readonly<Record<string, string>>): string[] {
  parts = script;
  return (journal = []);
}

/** What enhancers and handlers throw: tells where from. */
export class Trouble extends Error {
  constructor(readonly place: string) {
    super(`trouble in ${place}`);
  }
}

/** What filters throw in its place. */
export class Mapped extends Error {
  constructor(
    readonly place: string,
    readonly first: unknown,
  ) {
    super(`mapped in ${place}`);
  }
}
