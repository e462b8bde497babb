import { CommandResult, type EventOf, type StationCommand, newEvent, platformMetrics } from '@chargemesh/contracts';
import { type Logger, type Producer, histogramOf } from '@chargemesh/messaging';
import type { Clock, SecretBox } from '@chargemesh/service';
import type { Registry } from '../connections/registry.js';
import { refusedCommand } from '../station/registration.decide.js';
import type { Station } from '../station/station.js';
import type { Silences } from './silences.service.js';
import { combined, failed, inexpressible, noteBestEffort, skippedBestEffort } from './commands.decide.js';
import { concealed, openedCommand } from './sealed-values.js';
import type { AnyRow, Outcome } from './to-station.js';

type CommandEvent = EventOf<typeof StationCommand>;

export interface CommandsParts {
  readonly registry: Registry<Station>;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly silences: Pick<Silences, 'keep'>;
  readonly logger: Logger;
  /** Opens what is sealed for stations. */
  readonly secretBox: Pick<SecretBox, 'open'>;
  /** How long one CALL may take at most, in milliseconds. */
  readonly callTimeoutMs: number;
}

/** Ids of commands that are remembered for deduplication. */
const REMEMBERED = 10_000;

/** Another key than the asker's, or a value of another station. */
const UNOPENED: Outcome = { status: 'failed', detail: 'never sent: a sealed value cannot be opened', sent: false };

/** What a result may take to its asker. */
const RESULT_UNDER_WAY_MS = 1_000;

/** Sends commands to the stations whose sockets this process holds, and publishes their results. */
export class Commands {
  private readonly seen = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly durations = histogramOf(platformMetrics.ocpp.commands);

  constructor(private readonly parts: CommandsParts) {}

  /** Begins a command if it is for a station of this process; returns at once. */
  take(event: CommandEvent): void {
    const { commandId, stationId, expiresAt } = event.data;
    const station = this.parts.registry.of(stationId);
    if (station?.operatorId !== event.operatorId || this.remainingMs(expiresAt) <= 0 || this.seen.has(commandId))
      return;
    // Silent ones are many, and idempotent: they must not evict the ids of others.
    if (!event.data.silent) this.remember(commandId);
    const act = this.act(station, event)
      .catch((error: unknown) =>
        this.parts.logger.error({ err: error, commandId }, 'the result of a command could not be published'),
      )
      .finally(() => this.underWay.delete(act));
    this.underWay.add(act);
  }

  private remember(commandId: string): void {
    this.seen.add(commandId);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.values().next().value as string);
  }

  /** Resolves when the results of running commands are published; each ends with its deadline or its socket. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async act(station: Station, event: CommandEvent): Promise<void> {
    const opened = openedCommand(event.data.command, station.stationId, this.parts.secretBox);
    if (!opened) return this.publish(event, UNOPENED);
    const { command, secrets } = opened;
    const refused = refusedCommand(station.registration, command.name);
    if (refused) return this.publish(event, { status: 'rejected', detail: refused, sent: false });
    const row = station.protocol.commands.get(command.name);
    const requests = row?.requests(command) ?? [];
    if (!row || requests.length === 0)
      return this.publish(event, inexpressible(station.ocppVersion, command.name, row !== undefined));
    const skipped = row.bestEffort && skippedBestEffort(row.action, station.bestEffort, this.parts.clock.now());
    if (skipped) return this.publish(event, skipped);
    station.admit(row.admits?.(command) ?? []);
    if (row.bestEffort) station.bestEffort.underWay++;
    const began = performance.now();
    const { outcome, answer } = concealed(await this.send(station, event, row, requests), secrets);
    this.durations.record((performance.now() - began) / 1_000, {
      'ocpp.version': station.ocppVersion,
      'chargemesh.command.name': command.name,
      'chargemesh.command.status': outcome.status,
    });
    if (row.bestEffort) station.bestEffort.underWay--;
    await Promise.all([
      this.publish(event, outcome, answer),
      ...(row.bestEffort ? [this.note(station, row.action, outcome)] : []),
    ]);
  }

  private async note(station: Station, action: string, outcome: Outcome): Promise<void> {
    const { stationId, operatorId, bestEffort } = station;
    const until = noteBestEffort(action, outcome, bestEffort, this.parts.clock.now());
    if (until) await this.parts.silences.keep({ stationId, operatorId, action, until });
  }

  private async send(
    station: Station,
    event: CommandEvent,
    row: AnyRow,
    requests: readonly object[],
  ): Promise<{ outcome: Outcome; answer?: object | undefined }> {
    const outcomes: Outcome[] = [];
    let answer: object | undefined;
    const priority = row.bestEffort ? 'low' : (event.data.priority ?? 'normal');
    try {
      for (const request of requests) {
        const said = await station.call(row.action, request, { timeoutMs: this.timeoutMs(event), priority });
        answer = row.withoutSecrets?.(said) ?? said;
        outcomes.push(row.outcome(answer));
        await this.publishEvents(station, event, row, answer);
      }
    } catch (error) {
      outcomes.push(failed(error));
    }
    return { outcome: combined(outcomes), answer: requests.length === 1 ? answer : undefined };
  }

  private async publishEvents(station: Station, event: CommandEvent, row: AnyRow, answer: object): Promise<void> {
    const { stationId, operatorId, epoch } = station;
    const { traceparent } = event;
    const { commandId } = event.data;
    const receivedAt = this.parts.clock.now().toISOString();
    const events = row.events?.(answer, { stationId, operatorId, epoch, receivedAt, commandId, traceparent }) ?? [];
    if (events.length > 0) await this.parts.producer.send(events);
  }

  private async publish(
    { operatorId, traceparent, data }: CommandEvent,
    outcome: Outcome,
    answer?: object,
  ): Promise<void> {
    const { commandId, stationId, askedBy, silent } = data;
    if (silent) return;
    const at = this.parts.clock.now().toISOString();
    const result = {
      commandId,
      stationId,
      askedBy,
      at,
      ...outcome,
      ...(answer ? { answer: answer as Record<string, unknown> } : {}),
    };
    await this.parts.producer.send([newEvent(CommandResult, { operatorId, time: at, traceparent, data: result })]);
  }

  private remainingMs(expiresAt: string): number {
    return Date.parse(expiresAt) - this.parts.clock.now().getTime();
  }

  /** A little before the asker gives up by itself, so that it hears whether the command was ever sent. */
  private timeoutMs({ data }: CommandEvent): number {
    const remainingMs = this.remainingMs(data.expiresAt);
    const worthMs = remainingMs - Math.min(RESULT_UNDER_WAY_MS, remainingMs / 4);
    return Math.max(1, Math.min(worthMs, this.parts.callTimeoutMs));
  }
}
