import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { QuarantineStatus } from './quarantine.schema.js';
import { QUARANTINE_COLUMNS, type QuarantineRow } from './quarantine.store.js';

export const quarantineList = new ApiList(
  new KeysetList<QuarantineRow>({
    from: 'quarantine',
    columns: QUARANTINE_COLUMNS,
    key: { received_at: 'timestamptz', id: 'uuid' },
    time: { column: 'received_at' },
    filters: { stationId: 'station_id', status: 'status' },
  }),
  {
    order: 'newest',
    filters: { stationId: Type.Optional(StationId), status: Type.Optional(QuarantineStatus) },
  },
);
