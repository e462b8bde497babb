import { expect, it } from '@jest/globals';
import { getBaseReport } from './get-base-report.js';

it('a base report lets a Pending station send its parts', () => {
  const command = { name: 'GetBaseReport', requestId: 3, report: 'FullInventory' } as const;
  expect(getBaseReport.requests(command)).toEqual([{ requestId: 3, reportBase: 'FullInventory' }]);
  expect(getBaseReport.admits?.(command)).toEqual(['NotifyReport']);
  expect(getBaseReport.requests({ ...command, report: 'Nothing' })).toEqual([]);
  expect(getBaseReport.outcome({ status: 'NotSupported' }).status).toBe('not-supported');
});
