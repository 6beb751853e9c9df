import type { StandardSchemaV1 } from '../context/contract.types.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- constraints: `unknown` would refuse concrete schemas and classes */

/** A rule of a fastest-validator schema. */
export type ValidatorRule = string | boolean | readonly unknown[] | { readonly [key: string]: unknown };

/** A fastest-validator schema: property name to rule, and `$$strict` and the like. */
export type ValidatorSchema = { readonly [key: string]: ValidatorRule };

/** What `params` and `returns` may be: a fastest-validator schema, a Standard Schema, or a class with decorators of class-validator. */
export type ParamsSchema =
  StandardSchemaV1<any, any> | (abstract new (...args: any[]) => object) | ValidatorSchema;
