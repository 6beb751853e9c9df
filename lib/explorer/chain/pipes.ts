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
  const most = Math.max(...list.map(({ pipes }) => pipes.length));
  const rounds = manners.pipesAtOnce ? most - 1 : most;
  const callLater = async (course: Course) => method.apply(instance, await course.rest());
  return (args) => {
    const course = new Course(list, manners);
    course.take(args);
    for (let i = 0; i < rounds && course.smooth; i++) course.pipe();
    return course.smooth ? method.apply(instance, course.values) : callLater(course);
  };
}
