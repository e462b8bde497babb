import { StationId, oneOf } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { INCIDENT_KINDS } from './incidents.decide.js';
import { INCIDENT_COLUMNS, type Noted } from './incidents.store.js';

export const incidentsList = new ApiList(
  new KeysetList<Noted>({
    from: 'station_incidents',
    columns: INCIDENT_COLUMNS,
    key: { hour: 'timestamptz', station_id: 'text', kind: 'text' },
    time: { column: 'hour' },
    filters: { stationId: 'station_id', kind: 'kind' },
  }),
  {
    order: 'newest',
    filters: { stationId: Type.Optional(StationId), kind: Type.Optional(oneOf(...INCIDENT_KINDS)) },
  },
);
