import { type Bind, KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';

const unended = (now: Date, bind: Bind) => `(t.valid_to IS NULL OR t.valid_to > ${bind(now)})`;

/** The assignments that have not ended. */
export const unendedAssignments = new ApiList(
  new KeysetList<{ assignmentId: string }>({
    from: 'tariff_assignments',
    columns: 'assignment_id AS "assignmentId"',
    key: { assignment_id: 'uuid' },
    within: { now: { sql: unended, samples: [new Date('2026-11-26')] } },
  }),
);
