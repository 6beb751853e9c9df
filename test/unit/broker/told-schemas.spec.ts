import { describe, expect, it } from 'vitest';
import { type TellSchema, toldInfo } from '../../../lib/broker/told-schemas.js';

/** Tells of what is wrapped in `own`, and of nothing else. */
const tell: TellSchema = (schema, side) => {
  const { own, json = true } = schema as { own?: string; json?: boolean };
  return own === undefined
    ? null
    : { rules: { [own]: side }, jsonSchema: json ? { title: own, side } : null };
};

describe('the info of an action, as it is told', () => {
  it('has params as what is taken and results as what comes out', () => {
    const info = { name: 's.a', rest: 'GET /', params: { own: 'p' }, returns: { own: 'r' } };
    expect(toldInfo(info, tell)).toEqual({
      name: 's.a',
      rest: 'GET /',
      params: { p: 'input' },
      returns: { r: 'output' },
      jsonSchema: { params: { title: 'p', side: 'input' }, returns: { title: 'r', side: 'output' } },
    });
    expect(info.params).toEqual({ own: 'p' });
  });

  it('is the same where there is nothing to be told otherwise', () => {
    const info = { name: 's.a', params: { id: 'string' } };
    expect(toldInfo(info, tell)).toBe(info);
    expect(toldInfo({ name: 'e', params: null } as never, tell)).toEqual({ name: 'e', params: null });
  });

  it('has no JSON Schema where there is none, and one’s own where it was given', () => {
    expect(toldInfo({ name: 'a', params: { own: 'p', json: false } }, tell)).not.toHaveProperty('jsonSchema');
    const given = { name: 'a', params: { own: 'p' }, jsonSchema: { params: 'mine', more: 1 } };
    expect(toldInfo(given, tell)).toMatchObject({ jsonSchema: { params: 'mine', more: 1 } });
  });
});
