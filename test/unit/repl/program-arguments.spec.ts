import { describe, expect, it } from 'vitest';
import { readProgramArguments } from '../../../lib/repl/program-arguments.js';

const URL = 'redis://localhost:6379';
const read = (line: string, transporter?: string) =>
  readProgramArguments(line.split(' ').filter(Boolean), transporter);

describe('the arguments of the program', () => {
  it('are a transporter, and what the node is called', () => {
    expect(read(URL)).toEqual({ transporter: URL });
    expect(read(`${URL} --ns prod --id me --history /tmp/h`)).toEqual({
      transporter: URL,
      namespace: 'prod',
      nodeID: 'me',
      historyPath: '/tmp/h',
    });
    expect(read(`--ns=prod ${URL}`)).toMatchObject({ transporter: URL, namespace: 'prod' });
  });

  it('stay as they are typed, whatever they look like', () => {
    expect(read(`${URL} --ns 007 --id 1e3`)).toMatchObject({ namespace: '007', nodeID: '1e3' });
    expect(read(`${URL} --ns true`)).toMatchObject({ namespace: 'true' });
  });

  it('take the transporter of the environment where none is given', () => {
    expect(read('--ns prod', URL)).toMatchObject({ transporter: URL });
    expect(read('redis://other', URL)).toMatchObject({ transporter: 'redis://other' });
  });

  it('ask for help or the version, whatever else they say', () => {
    for (const line of ['--help', '-h', `${URL} --help --nonsense`]) expect(read(line)).toBe('help');
    for (const line of ['--version', '-v', `${URL} -v`]) expect(read(line)).toBe('version');
  });

  it.each([
    ['', 'no cluster to join: give a transporter such as redis://localhost:6379'],
    ['--ns prod', 'no cluster to join: give a transporter such as redis://localhost:6379'],
    [`${URL} prod`, "unexpected argument 'prod'"],
    [`${URL} --nss prod`, "unknown option '--nss' (did you mean --ns?)"],
    [`${URL} --ns.a prod`, "unknown option '--ns.a'"],
    [`${URL} --no-ns`, "unknown option '--no-ns'"],
    [`${URL} --something=1`, "unknown option '--something'"],
    [`${URL} -x`, "unknown option '-x'"],
    [`${URL} --ns`, "option '--ns' needs a value"],
    [`${URL} --id=`, "option '--id' needs a value"],
    [`${URL} --id a --id b`, "option '--id' is given more than once"],
    [`${URL} --__proto__ x`, "unknown option '--___proto___'"],
  ])('are refused: %s', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  it('need more than an empty variable', () => {
    expect(() => read('', ' ')).toThrow('no cluster to join');
  });
});
