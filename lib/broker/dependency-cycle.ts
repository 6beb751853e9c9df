/**
 * A circle among services that wait for each other, by full names, first and last the same; null if there is none. Other nodes tell
 * their part of the graph: it may be of any size, so each name is looked at once, and not by recursion.
 *
 * @param starts where to begin; what cannot be reached from there is no matter
 */
export function findCycle(
  graph: ReadonlyMap<string, readonly string[]>,
  starts: Iterable<string> = graph.keys(),
): string[] | null {
  const done = new Set<string>();
  for (const start of starts) {
    const cycle = done.has(start) ? null : findFrom(start, graph, done);
    if (cycle !== null) return cycle;
  }
  return null;
}

function findFrom(
  start: string,
  graph: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | null {
  /** The way from the start, each name with what of its dependencies is still to be followed. */
  const path = new Map<string, Iterator<string>>();
  const enter = (name: string) => path.set(name, (graph.get(name) ?? []).values());
  enter(start);
  const way = [start];
  while (way.length > 0) {
    const name = way[way.length - 1];
    const { done: followed, value: next } = (path.get(name) as Iterator<string>).next();
    if (followed === true) {
      done.add(name);
      path.delete(name);
      way.pop();
    } else if (path.has(next)) {
      return [...way.slice(way.indexOf(next)), next];
    } else if (!done.has(next)) {
      enter(next);
      way.push(next);
    }
  }
  return null;
}
