import { Injectable } from '@nestjs/common';
import {
  type CdrEvent,
  CdrIssued,
  type DataOf,
  type EventOf,
  type SessionFinalized,
  type SessionStarted,
  newEvent,
} from '@chargemesh/contracts';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { type Applying, AssignmentsStore, type Place } from '../assignments/assignments.store.js';
import { foremost } from '../assignments/precedence.js';
import type { TariffVersion } from '../tariffs/tariff.entity.js';
import { TariffsStore } from '../tariffs/tariffs.store.js';
import type { Pin } from './cdr.entity.js';
import { cdrOf, compiler, dueOf, numbersAfter } from './cdrs.decide.js';
import { CdrsStore } from './cdrs.store.js';

type Started = EventOf<typeof SessionStarted>;
type Finalized = EventOf<typeof SessionFinalized>;

/** Pins the price of a session when it starts, and issues its CDR when it is final. */
@Injectable()
export class PricingService {
  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly tariffs: TariffsStore,
    private readonly cdrs: CdrsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** What applied at the effective start counts, whatever is changed afterwards. */
  async pin(started: readonly (Started | Finalized)[], tx: Transaction): Promise<Pin[]> {
    if (started.length === 0) return [];
    const applying = new Map<string, Applying[]>();
    for (const one of await this.assignments.applying(tx, started.map(placeOf))) {
      applying.set(one.id, [...(applying.get(one.id) ?? []), one]);
    }
    const pins = started.map(({ operatorId, data: { sessionId } }): Pin => {
      const {
        assignmentId = null,
        tariffId = null,
        tariffVersion = null,
      } = foremost(applying.get(sessionId) ?? []) ?? {};
      return { sessionId, operatorId, assignmentId, tariffId, tariffVersion };
    });
    await this.cdrs.addPins(tx, pins);
    return pins;
  }

  /** One CDR per session, however often it is said to be final. */
  async issue(finalized: readonly Finalized[], tx: Transaction): Promise<CdrEvent[]> {
    const issued = await this.cdrs.issued(
      tx,
      finalized.map(({ data }) => data.sessionId),
    );
    const due = dueOf(finalized, issued);
    if (due.length === 0) return [];
    const versions = await this.pinnedTariffs(due, tx);
    const compiled = compiler();
    const currencies = await this.cdrs.currencies(tx, operatorsOf(due));
    const numbers = await this.numbersFor(due, tx);
    const issuedAt = this.clock.now();
    const facts = due.map((event) => {
      const { operatorId, data, traceparent } = event;
      const currency = currencies.get(operatorId);
      if (currency === undefined) throw new DependencyMissing(`operator ${operatorId} is not known here yet`);
      const cdrId = uuidv7({ msecs: issuedAt.getTime() });
      const number = numbers.get(operatorId)?.shift() ?? '';
      const version = versions.get(data.sessionId);
      const pinned = version && compiled(version, data.location.timeZone);
      const cdr = cdrOf(data, pinned, { cdrId, number, issuedAt: issuedAt.toISOString(), currency });
      return newEvent(CdrIssued, { operatorId, time: cdr.issuedAt, traceparent, data: cdr });
    });
    await this.cdrs.add(
      tx,
      facts.map(({ operatorId, data }) => rowOf(operatorId, data, issuedAt)),
    );
    await this.outbox.add(tx, facts);
    return facts;
  }

  private async pinnedTariffs(due: readonly Finalized[], tx: Transaction): Promise<Map<string, TariffVersion>> {
    const pins = await this.cdrs.pins(
      tx,
      due.map(({ data }) => data.sessionId),
    );
    const missing = await this.pin(
      due.filter(({ data }) => !pins.has(data.sessionId)),
      tx,
    );
    const all = [...pins.values(), ...missing];
    const keys = all.filter((pin): pin is Pin & { tariffId: string; tariffVersion: number } => pin.tariffId !== null);
    const versions = new Map(
      (await this.tariffs.load(tx, keys)).map((one) => [`${one.tariffId}/${one.tariffVersion}`, one]),
    );
    const found = keys.map(
      ({ sessionId, tariffId, tariffVersion }) => [sessionId, versions.get(`${tariffId}/${tariffVersion}`)] as const,
    );
    return new Map(found.filter((pair): pair is [string, TariffVersion] => pair[1] !== undefined));
  }

  private async numbersFor(due: readonly Finalized[], tx: Transaction): Promise<Map<string, string[]>> {
    const counts = new Map<string, number>();
    for (const { operatorId } of due) counts.set(operatorId, (counts.get(operatorId) ?? 0) + 1);
    const last = await this.cdrs.takeNumbers(tx, counts);
    return new Map(
      [...counts].map(([operatorId, count]) => [operatorId, numbersAfter(last.get(operatorId) ?? 0, count)]),
    );
  }
}

function placeOf({ operatorId, data }: Started | Finalized): Place {
  const { sessionId: id, stationId, evseId, location, token, startedAt } = data;
  return { id, operatorId, stationId, evseId, locationId: location.locationId, token, at: new Date(startedAt) };
}

function operatorsOf(events: readonly Finalized[]): string[] {
  return [...new Set(events.map(({ operatorId }) => operatorId))];
}

function rowOf(operatorId: string, document: DataOf<typeof CdrIssued>, issuedAt: Date) {
  const { cdrId, sessionId, number, stationId } = document;
  return { cdrId, operatorId, sessionId, number, stationId, issuedAt, document };
}
