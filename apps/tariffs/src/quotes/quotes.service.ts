import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Period, type Session, compileTariff, rate, traceSentences } from '@chargemesh/rating';
import { type Caller, Clock, problem } from '@chargemesh/service';
import { AssignmentsStore, type Place } from '../assignments/assignments.store.js';
import { foremost } from '../assignments/precedence.js';
import { lineOf } from '../cdrs/cdrs.decide.js';
import { ProjectionsStore } from '../projections/projections.store.js';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import { customerOf } from './quotes.decide.js';
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

  quote(caller: Caller, body: QuoteBody): Promise<QuoteView> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const at = body.startAt === undefined ? this.clock.now() : new Date(body.startAt);
      const { timeZone, ...where } = await this.whereOf(tx, body);
      const { tariffId, tariffVersion, tariff } = await this.tariffAt(tx, caller, {
        ...where,
        token: customerOf(body),
        at,
      });
      const result = rate(compileTariff(tariff, { timeZone }), sessionOf(at, body));
      const { currency, totalBeforeTaxes, totalInclTaxes } = result;
      const trace = { lines: result.lines.map(lineOf), sentences: traceSentences(result) };
      return { tariffId, tariffVersion, currency, totalBeforeTaxes, totalInclTaxes, ...trace };
    });
  }

  private async whereOf(tx: Transaction, { stationId, evseId, locationId }: QuoteBody) {
    const place = await this.placeOf(tx, stationId, locationId);
    if (stationId === undefined && evseId !== undefined) throw ambiguous();
    return { stationId: stationId ?? null, evseId: evseId ?? null, ...place };
  }

  private async placeOf(tx: Transaction, stationId: string | undefined, locationId: string | undefined) {
    if (stationId !== undefined && locationId === undefined) {
      const place = await this.projections.placeOfStation(tx, stationId);
      if (place) return place;
      throw problem('not-found', { stationId });
    }
    if (stationId !== undefined || locationId === undefined) throw ambiguous();
    const place = await this.projections.place(tx, locationId);
    if (place) return place;
    throw problem('not-found', { locationId });
  }

  private async tariffAt(tx: Transaction, { operatorId }: Caller, where: Omit<Place, 'id' | 'operatorId'>) {
    const applying = foremost(await this.assignments.applying(tx, [{ id: '', operatorId, ...where }]));
    const [version] = applying ? await this.tariffs.load(tx, [applying]) : [];
    if (!version) throw problem('no-tariff');
    return version;
  }
}

function ambiguous() {
  return problem('bad-request', { detail: 'name either a stationId, with or without an evseId, or a locationId' });
}

/** Charged evenly, then parked. */
function sessionOf(at: Date, { durationS, parkingS = 0, energyWh }: QuoteBody): Session {
  const moment = (afterS: number): string => new Date(at.getTime() + afterS * 1_000).toISOString();
  const [startedAt, parkedAt, endedAt] = [moment(0), moment(durationS), moment(durationS + parkingS)];
  const charging: Period = { startedAt, endedAt: parkedAt, energyWh, kind: 'charging' };
  const parking: Period = { startedAt: parkedAt, endedAt, energyWh: 0, kind: 'parking' };
  return { startedAt, endedAt, periods: parkingS > 0 ? [charging, parking] : [charging] };
}
