import { CommandResult, type EventOf, type StationCommand, newEvent, platformMetrics } from '@chargemesh/contracts';
import { type Logger, type Producer, histogramOf } from '@chargemesh/messaging';
import type { Clock } from '@chargemesh/service';
import type { Registry } from '../connections/registry.js';
import { refusedCommand } from '../station/registration.decide.js';
import type { Station } from '../station/station.js';
import type { Silences } from './silences.service.js';
import { combined, failed, noteCourtesy, sparedCourtesy } from './commands.decide.js';
import type { AnyRow, Outcome } from './to-station.js';

type CommandEvent = EventOf<typeof StationCommand>;

export interface CommandsParts {
  readonly registry: Registry<Station>;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly silences: Pick<Silences, 'keep'>;
  readonly logger: Logger;
  /** How long one CALL may take at most, in milliseconds. */
  readonly callTimeoutMs: number;
}

/** Commands whose ids are remembered, so that one that comes again is not acted on again. */
const REMEMBERED = 10_000;

/** What a result may take until its asker has it. */
const RESULT_UNDER_WAY_MS = 1_000;

/** Says commands to the stations whose sockets this process holds, and tells what became of them. */
export class Commands {
  private readonly seen = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly durations = histogramOf(platformMetrics.ocpp.commands);

  constructor(private readonly parts: CommandsParts) {}

  /** Acts on a command if it is for a station of this process; comes back at once. */
  take(event: CommandEvent): void {
    const { commandId, stationId, expiresAt } = event.data;
    const station = this.parts.registry.of(stationId);
    if (station?.operatorId !== event.operatorId || this.remainingMs(expiresAt) <= 0 || this.seen.has(commandId))
      return;
    // Many, and harmless when they come again: they must not push others out of memory.
    if (!event.data.silent) this.remember(commandId);
    const act = this.act(station, event)
      .catch((error: unknown) => this.parts.logger.error({ err: error, commandId }, 'a result could not be told'))
      .finally(() => this.underWay.delete(act));
    this.underWay.add(act);
  }

  private remember(commandId: string): void {
    this.seen.add(commandId);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.values().next().value as string);
  }

  /** Resolves when the commands that are under way are told; each ends by itself with its deadline or its socket. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async act(station: Station, event: CommandEvent): Promise<void> {
    const { command } = event.data;
    const refused = refusedCommand(station.registration, command.name);
    if (refused) return this.tell(event, { status: 'rejected', detail: refused, sent: false });
    const row = station.speech.commands.get(command.name);
    const requests = row?.requests(command) ?? [];
    if (!row || requests.length === 0) {
      const detail = `OCPP ${station.ocppVersion} cannot say this`;
      return this.tell(event, { status: 'not-supported', detail, sent: false });
    }
    const spared = row.courtesy && sparedCourtesy(row.action, station.courtesies, this.parts.clock.now());
    if (spared) return this.tell(event, spared);
    station.admit(row.admits?.(command) ?? []);
    if (row.courtesy) station.courtesies.underWay++;
    const began = performance.now();
    const { outcome, answer } = await this.say(station, event, row, requests);
    this.durations.record((performance.now() - began) / 1_000, {
      'ocpp.version': station.ocppVersion,
      'chargemesh.command.name': command.name,
      'chargemesh.command.status': outcome.status,
    });
    if (row.courtesy) station.courtesies.underWay--;
    await Promise.all([
      this.tell(event, outcome, answer),
      ...(row.courtesy ? [this.note(station, row.action, outcome)] : []),
    ]);
  }

  private async note(station: Station, action: string, outcome: Outcome): Promise<void> {
    const { stationId, operatorId, courtesies } = station;
    const until = noteCourtesy(action, outcome, courtesies, this.parts.clock.now());
    if (until) await this.parts.silences.keep({ stationId, operatorId, action, until });
  }

  private async say(
    station: Station,
    event: CommandEvent,
    row: AnyRow,
    requests: readonly object[],
  ): Promise<{ outcome: Outcome; answer?: object | undefined }> {
    const outcomes: Outcome[] = [];
    let answer: object | undefined;
    const priority = row.courtesy ? 'low' : (event.data.priority ?? 'normal');
    try {
      for (const request of requests) {
        answer = await station.call(row.action, request, { timeoutMs: this.timeoutMs(event), priority });
        outcomes.push(row.outcome(answer));
        await this.tellFacts(station, event, row, answer);
      }
    } catch (error) {
      outcomes.push(failed(error));
    }
    return { outcome: combined(outcomes), answer: requests.length === 1 ? answer : undefined };
  }

  private async tellFacts(station: Station, event: CommandEvent, row: AnyRow, answer: object): Promise<void> {
    const { stationId, operatorId, epoch } = station;
    const { traceparent } = event;
    const { commandId } = event.data;
    const receivedAt = this.parts.clock.now().toISOString();
    const facts = row.facts?.(answer, { stationId, operatorId, epoch, receivedAt, commandId, traceparent }) ?? [];
    if (facts.length > 0) await this.parts.producer.send(facts);
  }

  private async tell(
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
