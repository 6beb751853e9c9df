import type { Method } from '../handler-target.js';
import type { NestManners } from '../nest-manners.js';
import type { Argument } from './arguments.js';
import { Course } from './course.js';
import type { Invoke } from './invoke.js';

/**
 * The innermost layer: takes the arguments, puts them through their pipes and calls the method. Without promises until a factory or a
 * pipe gives one.
 */
export function withArguments(
  instance: object,
  method: Method,
  list: readonly Argument[],
  manners: NestManners,
): Invoke {
  const count = Math.max(...list.map(({ index }) => index)) + 1;
  const rounds = Math.max(...list.map(({ pipes }) => pipes.length));
  const call = (values: readonly unknown[]): unknown => {
    const args = new Array<unknown>(count);
    for (let i = 0; i < list.length; i++) args[list[i].index] = values[i];
    return method.apply(instance, args);
  };
  const callLater = async (course: Course) => call(await course.rest());
  return (args) => {
    const course = new Course(list, manners);
    course.take(args);
    for (let i = 0; i < rounds && course.smooth; i++) course.pipe(i);
    return course.smooth ? call(course.values) : callLater(course);
  };
}
