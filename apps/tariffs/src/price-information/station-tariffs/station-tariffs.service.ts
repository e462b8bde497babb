import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { commandEvent, idAndDeadline } from '@chargemesh/commands';
import { type Command, type CommandResult, type EventOf, type SessionStarted } from '@chargemesh/contracts';
import { type Logger, Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, Clock, LOGGER, type Page, type QueryOf, Schedule, knownOperatorIds } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { type ConcernedPlace, PriceChanges } from '../../price-list/price-changes.service.js';
import { type Pin, pinKey } from '../../price-list/pricing/pin.js';
import { PricesAtStations } from './prices.service.js';
import { textsToTell } from './display-texts.decide.js';
import { driversTariff, pricesToTell } from './station-tariffs.decide.js';
import type { StationTariffView } from './station-tariffs.schema.js';
import { type ChangedStation, type DueStation, StationTariffsStore } from './station-tariffs.store.js';
import { stationTariffsList } from './station-tariffs.list.js';
import { type ToldTariff, byEvse } from './told-tariff.js';

/** A session that has begun, with what it is priced by. */
interface PinnedSession {
  readonly event: EventOf<typeof SessionStarted>;
  readonly pin: Pin;
}

const TELL = 'tell stations their tariffs';
const EVERY_MS = 15_000;
const BATCH = 50;
/** A station that has just connected boots first. */
const AFTER_CONNECT_MS = 5_000;
const AGAIN_AFTER_MS = 5 * 60_000;
/** Taxes change by the day, and nobody says so. */
const LOOKED_AT_EVERY_MS = 3_600_000;
const WORTH_MS = 60_000;
/** A session that is told later than this was offline when it began, and its station needs no price of it. */
const BEGAN_WITHIN_MS = 15 * 60_000;

/**
 * Tells 2.1 stations what charging costs at their EVSEs, and a driver's own price once the transaction has begun; stations of 2.0.1
 * are given the price in words, to be displayed.
 */
@Injectable()
export class StationTariffsService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly store: StationTariffsStore,
    private readonly prices: PricesAtStations,
    private readonly changes: PriceChanges,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.changes.onChange((operatorId, places, tx) => this.pricesChanged(operatorId, places, tx));
    this.schedule.every(TELL, EVERY_MS, () => this.tellDue(), { exclusive: true });
  }

  /** Stations that come to hear of prices, or are elsewhere now; to be called before they are known as such. */
  async stationsChanged(stations: readonly ChangedStation[], tx: Transaction): Promise<void> {
    const dueAt = new Date(this.clock.now().getTime() + AFTER_CONNECT_MS);
    await this.store.forget(tx, await this.store.markStations(tx, stations, dueAt));
    this.schedule.due(tx, TELL, dueAt);
    const removed = stations.filter(({ deleted }) => deleted).map(({ stationId }) => stationId);
    await this.store.remove(tx, removed);
  }

  /** Notes a change where it is made; the job looks which stations it concerns, of which an operator may have many. */
  private async pricesChanged(operatorId: string, places: readonly ConcernedPlace[], tx: Transaction): Promise<void> {
    const shown = places.filter(({ audience }) => isShown(audience));
    if (shown.length === 0) return;
    const now = this.clock.now();
    await this.store.noteChange(tx, operatorId, shown, now);
    this.schedule.due(tx, TELL, now);
  }

  /** Notes what stations answered; where no answer came, it is tried again later. */
  async recordResults(results: readonly EventOf<typeof CommandResult>[], tx: Transaction): Promise<void> {
    const dueAt = new Date(this.clock.now().getTime() + AGAIN_AFTER_MS);
    const lost = await this.store.recordResults(tx, results);
    await this.dueAgain(
      tx,
      lost.map((stationId) => ({ stationId, dueAt })),
    );
  }

  /** Has stations charge sessions that have just begun by the price they are pinned to, where it is not the EVSE's. */
  async sessionsBegan(pinned: readonly PinnedSession[], tx: Transaction): Promise<void> {
    const now = this.clock.now();
    const recent = pinned.filter(({ event: { data } }) => now.getTime() - Date.parse(data.startedAt) < BEGAN_WITHIN_MS);
    if (recent.length === 0) return;
    const hearing = await this.store.hearing(tx, [...new Set(recent.map(({ event }) => event.data.stationId))]);
    const heard = recent.filter(({ event }) => hearing.has(event.data.stationId));
    if (heard.length === 0) return;
    const told = byEvse(await this.store.load(tx, [...hearing]));
    const prices = await this.prices.byPins(
      tx,
      heard.map(({ pin }) => pin),
    );
    const commands = heard.flatMap(({ event: { operatorId, traceparent, data }, pin }) => {
      const { stationId, evseId, transactionId } = data;
      const price = prices.get(pinKey(pin));
      const command = price && driversTariff(price, transactionId, told.get(`${stationId}/${evseId}`));
      return command
        ? [this.commandOf({ operatorId, stationId }, uuidv7(), command, { traceparent, silent: true })]
        : [];
    });
    await this.outbox.add(tx, commands);
  }

  /** Tells all stations that are due, in batches of bounded size. */
  async tellDue(): Promise<void> {
    while ((await this.tellBatch()) === BATCH);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof stationTariffsList>): Promise<Page<StationTariffView>> {
    return this.database.transaction([operatorId], (tx) => stationTariffsList.page(tx, operatorId, query, viewOf));
  }

  private tellBatch(): Promise<number> {
    return this.database.transaction([], async (tx) => {
      await tx.see(await knownOperatorIds(tx));
      const now = this.clock.now();
      await this.store.markChanged(tx, now);
      const due = await this.store.takeDue(tx, now, BATCH);
      const stations = due.filter(({ told }) => told !== null);
      if (stations.length > 0) await this.tell(tx, stations, now);
      return due.length;
    });
  }

  private async tell(tx: Transaction, stations: readonly DueStation[], now: Date): Promise<void> {
    const known = byEvse(
      await this.store.load(
        tx,
        stations.map(({ stationId }) => stationId),
      ),
    );
    // The price of who pays without a contract is the one to be shown, and that of all who have none of their own.
    const token = { type: 'AD_HOC_USER' as const };
    const paying = stations.map((station) => ({
      ...station,
      id: station.stationId,
      token,
      inWords: station.told === '2.0.1',
    }));
    const prices = await this.prices.atEvses(tx, paying, now);
    const changes = stations.map((station) => {
      const evses = station.evseIds.map((evseId) => {
        const key = `${station.stationId}/${evseId}`;
        return { evseId, price: prices.get(key), told: known.get(key) };
      });
      const subject = { ...station, now, newId: () => uuidv7({ msecs: now.getTime() }) };
      return { station, ...(station.told === '2.0.1' ? textsToTell(evses, subject) : pricesToTell(evses, subject)) };
    });
    for (const { told } of changes) for (const one of told) this.warnOf(one);
    await this.store.save(
      tx,
      changes.flatMap(({ told }) => told),
    );
    await this.outbox.add(
      tx,
      changes.flatMap(({ station, says }) =>
        says.map(({ commandId, command }) => this.commandOf(station, commandId, command)),
      ),
    );
    const next = await this.prices.nextChanges(tx, paying, now);
    const later = now.getTime() + LOOKED_AT_EVERY_MS;
    await this.dueAgain(
      tx,
      stations.map(({ stationId }) => {
        const change = next.get(stationId)?.getTime() ?? later;
        return { stationId, dueAt: new Date(Math.min(change, later)) };
      }),
    );
  }

  private async dueAgain(tx: Transaction, due: readonly { stationId: string; dueAt: Date }[]): Promise<void> {
    await this.store.dueAgain(tx, due);
    for (const { dueAt } of due) this.schedule.due(tx, TELL, dueAt);
  }

  private warnOf({ stationId, evseId, tariffId, status, detail }: ToldTariff): void {
    if (status !== 'inexpressible') return;
    this.logger.warn({ stationId, evseId, tariffId, detail }, 'OCPP has no words for the tariff of an EVSE');
  }

  private commandOf(
    { operatorId, stationId }: { operatorId: string; stationId: string },
    commandId: string,
    command: Command,
    { traceparent, silent }: { traceparent?: string | undefined; silent?: true } = {},
  ) {
    const when = { ...idAndDeadline(this.clock.now(), WORTH_MS), commandId };
    return commandEvent('tariffs', { ...when, operatorId, stationId, command, traceparent, silent });
  }
}

/** Stations show what is paid without a contract. */
function isShown(audience: ConcernedPlace['audience']): boolean {
  return audience === 'everybody' || audience === 'ad-hoc';
}

function viewOf({ stationId, evseId, status, changedAt, ...told }: ToldTariff): StationTariffView {
  const { tariffId, tariffVersion, saidAs, detail } = told;
  return {
    stationId,
    evseId,
    ...(tariffId === null ? {} : { tariffId }),
    ...(tariffVersion === null ? {} : { tariffVersion }),
    ...(saidAs === null ? {} : { saidAs }),
    status,
    ...(detail === null ? {} : { detail }),
    changedAt: changedAt.toISOString(),
  };
}
