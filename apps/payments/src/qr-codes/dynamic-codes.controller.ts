import { Body, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { StationId } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  ApiController,
  Audit,
  type Caller,
  CallerOf,
  Clock,
  Endpoint,
  Needs,
  checked,
  nameSchemas,
  problem,
} from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { PlacesStore } from '../projections/places.store.js';
import { DynamicCodesStore } from './dynamic-codes.store.js';
import { passwordRules } from './password-rules.js';
import { RolloutsStore } from './rollouts/rollouts.store.js';

const StationParams = Type.Object({ stationId: StationId });
const DynamicCode = Type.Object(passwordRules);
const DynamicCodeWanted = Type.Object({
  /** Set at the station, too; it is never shown again. */
  sharedSecret: Type.String({ minLength: 16, maxLength: 255 }),
  ...passwordRules,
});
nameSchemas({ DynamicCode, DynamicCodeWanted });

/** Stations whose screens show codes with one-time passwords: their pages open by a password of now alone. */
@ApiController('payments', 'dynamic-codes')
export class DynamicCodesController {
  constructor(
    private readonly database: Database,
    private readonly store: DynamicCodesStore,
    private readonly rollouts: RolloutsStore,
    private readonly places: PlacesStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  @Get(':stationId')
  @Endpoint({ summary: 'How the codes of a station are made', params: StationParams, answer: DynamicCode })
  async get(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
  ): Promise<Static<typeof DynamicCode>> {
    const found = await this.database.transaction([operatorId], (tx) => this.store.rulesOf(tx, operatorId, stationId));
    if (!found) throw problem('not-found');
    return { validityS: found.validityS, length: found.length };
  }

  @Put(':stationId')
  @Needs('admin')
  @Endpoint({
    summary: 'Have the pages of a station open by one-time passwords alone',
    params: StationParams,
    body: DynamicCodeWanted,
    answer: DynamicCode,
  })
  async put(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Body(checked(DynamicCodeWanted)) { sharedSecret, validityS, length }: Static<typeof DynamicCodeWanted>,
  ): Promise<Static<typeof DynamicCode>> {
    const { operatorId } = caller;
    if ((await this.places.ofOperator(operatorId, [stationId])).length === 0) throw problem('not-found');
    await this.database.transaction([operatorId], async (tx) => {
      await this.takeBack(tx, operatorId, stationId);
      await this.store.put(tx, operatorId, stationId, { secret: sharedSecret, validityS, length });
      await this.audit.add(tx, caller, 'put', 'dynamic-code', stationId, { validityS, length });
    });
    return { validityS, length };
  }

  @Delete(':stationId')
  @HttpCode(204)
  @Needs('admin')
  @Endpoint({ summary: 'Let the pages of a station open by static codes again', params: StationParams, status: 204 })
  async remove(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
  ): Promise<void> {
    const { operatorId } = caller;
    await this.database.transaction([operatorId], async (tx) => {
      const wasOnItsWay = await this.takeBack(tx, operatorId, stationId);
      const wasInForce = await this.store.remove(tx, operatorId, stationId);
      if (!wasOnItsWay && !wasInForce) throw problem('not-found');
      await this.audit.add(tx, caller, 'delete', 'dynamic-code', stationId, {});
    });
  }

  private async takeBack(tx: Transaction, operatorId: string, stationId: string): Promise<boolean> {
    await this.rollouts.lock(tx, [{ operatorId, stationId }]);
    return this.rollouts.forget(tx, { operatorId, stationId }, this.clock.now());
  }
}
