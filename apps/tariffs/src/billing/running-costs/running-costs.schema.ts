import { SessionCost, Uuid } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const RunningCostParams = Type.Object({ sessionId: Uuid });

const {
  version: _version,
  tariffId: _tariffId,
  tariffVersion: _tariffVersion,
  ...told
} = SessionCost.schema.properties;
/** As it is told to others. */
export const RunningCostView = Type.Object(told);
export type RunningCostView = Static<typeof RunningCostView>;

nameSchemas({ RunningCost: RunningCostView });
