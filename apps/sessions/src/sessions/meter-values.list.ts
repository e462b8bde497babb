import { type Bind, KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { SAMPLE_COLUMNS } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';

/** The bounds of a session's times spare the partitions of other days. */
const between = ([first, last]: readonly [Date, Date], bind: Bind) => `t.at BETWEEN ${bind(first)} AND ${bind(last)}`;

export const meterValuesList = new ApiList(
  new KeysetList<Sample>({
    from: 'meter_values',
    columns: SAMPLE_COLUMNS,
    key: { at: 'timestamptz' },
    time: { column: 'at' },
    within: { sessionId: 'session_id', measured: { sql: between, samples: [[new Date(0), new Date('2099-12-31')]] } },
  }),
  { order: 'oldest' },
);
