import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMinSize,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { loadClassPackages } from '../../../lib/validators/classes/load-class-packages.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';

class Line {
  @IsString() sku!: string;
  @IsInt() @Min(1) count!: number;
}

class Order {
  @IsInt() id!: number;
  @IsOptional() @IsString() @Length(2, 5) note?: string;
  @ValidateNested({ each: true }) @Type(() => Line) lines: Line[] = [];
}

const validator = new FastestValidator();
const ctx = { nodeID: 'caller', action: { name: 'orders.place' } };
const site = { nodeID: 'caller', action: 'orders.place' };

async function issuesOf(checked: unknown): Promise<unknown> {
  const error: unknown = await Promise.resolve(checked).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error).toMatchObject({
    code: 422,
    type: 'VALIDATION_ERROR',
    message: 'Parameters validation error!',
  });
  return (error as ValidationError).data;
}

describe('a class', () => {
  it('gives an instance, with what is nested in it', async () => {
    const output = await validator.compile(Order)({ id: 1, lines: [{ sku: 'a', count: 2 }], more: 1 }, ctx);
    expect(output).toBeInstanceOf(Order);
    expect((output as Order).lines[0]).toBeInstanceOf(Line);
    expect(output).toMatchObject({ id: 1, more: 1 });
  });

  it('refuses with issues in Moleculer’s form, one for each decorator that failed', async () => {
    const params = {
      id: 'one',
      note: 'x',
      lines: [
        { sku: 'a', count: 1 },
        { sku: 5, count: 0 },
      ],
    };
    expect(await issuesOf(validator.compile(Order)(params, ctx))).toEqual([
      { type: 'isInt', message: expect.stringContaining('id must be'), field: 'id', actual: 'one', ...site },
      { type: 'isLength', message: expect.any(String), field: 'note', actual: 'x', ...site },
      { type: 'isString', message: expect.any(String), field: 'lines[1].sku', actual: 5, ...site },
      { type: 'min', message: expect.any(String), field: 'lines[1].count', actual: 0, ...site },
    ]);
  });

  it.each([{}, null, undefined])('calls what is missing required; %j is an empty object', async (params) => {
    expect(await issuesOf(validator.compile(Order)(params, ctx))).toEqual([
      { type: 'required', message: expect.stringContaining('id must be'), field: 'id', ...site },
    ]);
  });

  it.each([[[]], [5], ['text']])('refuses %j, which is no object', async (params) => {
    const issues = await issuesOf(validator.compile(Order)(params, ctx));
    expect(issues).toMatchObject([site]);
  });

  it('takes options of the pipe, and leaves the form of the error alone', async () => {
    const strict = new FastestValidator({}, { whitelist: true, forbidNonWhitelisted: true });
    expect(await issuesOf(strict.compile(Order)({ id: 1, more: 1 }, ctx))).toMatchObject([
      { type: 'whitelistValidation', field: 'more' },
    ]);
    const silent = new FastestValidator({}, { whitelist: true });
    expect(await silent.compile(Order)({ id: 1, more: 1 }, ctx)).toEqual({ id: 1, lines: [] });
  });

  it('of a result is asked the same', async () => {
    expect(await validator.compileReturns(Line)({ sku: 'a', count: 1 }, ctx)).toBeInstanceOf(Line);
    expect(await issuesOf(validator.compileReturns(Line)({ sku: 'a' }, ctx))).toMatchObject([
      { type: 'required', field: 'count' },
    ]);
  });

  it.each(['class-validator', 'class-transformer'])('says how to install %s where it is missing', (name) => {
    const require = (wanted: string): unknown => {
      if (wanted !== name) return {};
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
    };
    const load = () => loadClassPackages(require);
    expect(load).toThrow(ServiceSchemaError);
    expect(load).toThrow(
      `${name}, which is not installed. Install it: npm install class-validator class-transformer`,
    );
  });

  it('passes on what a package itself is missing', () => {
    const require = (): never => {
      throw Object.assign(new Error("Cannot find module 'libphonenumber-js'"), { code: 'MODULE_NOT_FOUND' });
    };
    expect(() => loadClassPackages(require)).toThrow(/^Cannot find module 'libphonenumber-js'$/);
  });
});

describe('of a class other nodes are told', () => {
  enum Kind {
    A = 'a',
    B = 'b',
  }
  class Told extends Line {
    @IsEmail() mail!: string;
    @IsEnum(Kind) kind!: Kind;
    @IsIn([1, 2]) way!: number;
    @IsInt() @Max(9) page = 1;
    @IsString({ each: true }) @ArrayMinSize(1) tags!: string[];
    @ValidateNested({ each: true }) @Type(() => Line) lines!: Line[];
    @ValidateNested() @Type(() => Line) line!: Line;
    @ValidateIf(() => false) @IsString() maybe?: string;
    @Allow() open: unknown;
  }
  const rules = validator.announce(Told, 'input')!.rules;

  it('what its decorators say, inherited ones too', () => {
    const any = { type: 'any', nullable: true };
    expect(rules).toEqual({
      sku: { type: 'string' },
      count: { type: 'number', integer: true, convert: true, min: 1 },
      mail: { type: 'string', format: 'email' },
      kind: { type: 'enum', values: ['a', 'b'] },
      way: { type: 'enum', values: [1, 2] },
      page: { type: 'number', integer: true, convert: true, max: 9, optional: true },
      tags: { type: 'array', items: { type: 'string' }, min: 1 },
      lines: { type: 'array', items: any, optional: true },
      line: { ...any, optional: true },
      maybe: { type: 'string', optional: true },
      open: { ...any, optional: true },
    });
  });

  it('nothing that is stricter than the class', async () => {
    const params = { sku: 'a', count: 1, mail: 'a@b.de', kind: 'a', way: 1, tags: ['x'] };
    await validator.compile(Told)(structuredClone(params), ctx);
    expect(validator.compile(rules)(structuredClone(params), ctx)).toMatchObject(params);
  });

  it('what can be told of one that cannot be made without arguments', () => {
    class Needy {
      @IsString() name: string;
      constructor(given: { name: string }) {
        this.name = given.name;
      }
    }
    expect(validator.announce(Needy, 'input')!.rules).toEqual({ name: { type: 'string' } });
  });
});
