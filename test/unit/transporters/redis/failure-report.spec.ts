import { describe, expect, it } from 'vitest';
import { FailureReport } from '../../../../lib/transporters/redis/failure-report.js';

function setUp() {
  const told: string[] = [];
  return { told, report: new FailureReport((error) => told.push(error.message)) };
}

const unreachable = (message: string) => Object.assign(new Error(message), { syscall: 'connect' });

describe('FailureReport', () => {
  it('tells each reason once, also where only numbers differ', () => {
    const { told, report } = setUp();
    for (let n = 0; n < 5; n++)
      report.tell(new Error(`All sentinels are unreachable. Retrying after ${n * 10}ms.`), false);
    report.tell(new Error('WRONGPASS'), false);
    report.tell(new Error('WRONGPASS'), false);
    expect(told).toEqual(['All sentinels are unreachable. Retrying after 0ms.', 'WRONGPASS']);
  });

  it('tells again after a change of state', () => {
    const { told, report } = setUp();
    report.tell(new Error('WRONGPASS'), false);
    report.reset();
    report.tell(new Error('WRONGPASS'), false);
    expect(told.length).toBe(2);
  });

  it('does not repeat a told loss as a failure to connect, but tells other reasons', () => {
    const { told, report } = setUp();
    report.tell(unreachable('connect ECONNREFUSED'), true);
    report.tell(new Error('WRONGPASS'), true);
    expect(told).toEqual(['WRONGPASS']);
  });

  it('names the cause where an error only collects others', () => {
    const { told, report } = setUp();
    report.tell(new AggregateError([unreachable('connect ECONNREFUSED ::1'), unreachable('x')], ''), false);
    report.tell(
      Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: new Error('NOAUTH') }),
      false,
    );
    expect(told).toEqual(['connect ECONNREFUSED ::1', 'NOAUTH']);
  });
});
