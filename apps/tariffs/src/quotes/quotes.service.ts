import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Period, compileTariff, rate, traceSentences } from '@chargemesh/rating';
import { type Caller, Clock, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { narrowest } from '../assignments/assignments.decide.js';
import { AssignmentsStore } from '../assignments/assignments.store.js';
import { lineOf } from '../cdrs/cdrs.decide.js';
import { ProjectionsStore } from '../projections/projections.store.js';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import type { QuoteBody, QuoteView } from './quotes.schema.js';

/** What a session is going to cost. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly database: Database,
    private readonly assignments: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly projections: ProjectionsStore,
    private readonly clock: Clock,
  ) {}

  quote(caller: Caller, body: Static<typeof QuoteBody>): Promise<Static<typeof QuoteView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const at = body.startAt === undefined ? this.clock.now() : new Date(body.startAt);
      const place = await this.projections.place(tx, body.stationId);
      if (!place) throw problem('not-found', { stationId: body.stationId });
      const { tariffId, tariffVersion, tariff } = await this.tariffAt(tx, caller, { ...body, ...place, at });
      const periods = periodsOf(at, body);
      const session = { startedAt: at.toISOString(), endedAt: periods.at(-1)?.endedAt ?? at.toISOString(), periods };
      const result = rate(compileTariff(tariff, { timeZone: place.timeZone }), session);
      const { currency, totalBeforeTaxes, totalInclTaxes } = result;
      const trace = { lines: result.lines.map(lineOf), sentences: traceSentences(result) };
      return { tariffId, tariffVersion, currency, totalBeforeTaxes, totalInclTaxes, ...trace };
    });
  }

  private async tariffAt(
    tx: Transaction,
    { operatorId }: Caller,
    {
      stationId,
      evseId = null,
      locationId,
      at,
    }: { stationId: string; evseId?: number | null; locationId: string; at: Date },
  ) {
    const applying = narrowest(
      await this.assignments.applying(tx, [{ id: '', operatorId, stationId, evseId, locationId, at }]),
    );
    const [version] = applying ? await this.tariffs.load(tx, [applying]) : [];
    if (!version) throw problem('no-tariff', { stationId });
    return version;
  }
}

function periodsOf(at: Date, { durationS, parkingS = 0, energyWh }: Static<typeof QuoteBody>): Period[] {
  const moment = (afterS: number): string => new Date(at.getTime() + afterS * 1_000).toISOString();
  const charging: Period = { startedAt: moment(0), endedAt: moment(durationS), energyWh, kind: 'charging' };
  const parking: Period = {
    startedAt: moment(durationS),
    endedAt: moment(durationS + parkingS),
    energyWh: 0,
    kind: 'parking',
  };
  return parkingS > 0 ? [charging, parking] : [charging];
}
