import type { ClassOf } from './class-of.type.js';

/** A part chosen by name, brought as an instance, or brought as a class. */
export type Choice<Name extends string, Part> =
  | {
      readonly kind: 'named';
      readonly type: Name;
      /** The URL, where one was given instead of or beside options. */
      readonly url: string | null;
      /** As written by the user, `{}` if not; the part itself reads them. For a transporter also a function that makes clients. */
      readonly options: object;
    }
  | { readonly kind: 'instance'; readonly instance: Part }
  | { readonly kind: 'class'; readonly type: ClassOf<Part> };
