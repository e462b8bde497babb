import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type CdrEvent, type SessionEvent, cdrs, sessions } from '@chargemesh/contracts';
import { Listens } from '@chargemesh/messaging';

/** Says at the terminal, live, when a session starts, ends and is priced. */
@Controller()
export class DemoFeed {
  @Listens('all-in-one', sessions)
  onSession(@Payload() event: SessionEvent): void {
    if (event.type === 'session-started') {
      const { startedAt, stationId, evseId, token } = event.data;
      say(startedAt, stationId, evseId, `session started with ${token?.uid ?? 'an unknown token'}`);
    }
    if (event.type === 'session-ended') {
      const { endedAt, stationId, evseId, energyWh } = event.data;
      say(endedAt, stationId, evseId, `session ended after ${kilowattHours(energyWh)}`);
    }
    if (event.type === 'session-held') {
      const { endedAt = event.time, stationId, evseId, explanation } = event.data;
      say(endedAt, stationId, evseId, `session held until somebody decides: ${explanation}`);
    }
  }

  @Listens('all-in-one', cdrs)
  onCdr(@Payload() { data }: CdrEvent): void {
    const price = `${data.totalInclTaxes} ${data.currency} incl. taxes`;
    say(
      data.issuedAt,
      data.stationId,
      data.evseId,
      `priced: ${kilowattHours(data.energyWh)} = ${price} (${data.number})`,
    );
  }
}

@Module({ controllers: [DemoFeed] })
export class DemoFeedModule {}

function say(at: string, stationId: string, evseId: number, what: string): void {
  console.log(`${at.slice(11, 19)}  ${stationId.padEnd(9)} EVSE ${evseId}  ${what}`);
}

function kilowattHours(energyWh: number): string {
  return `${(energyWh / 1_000).toFixed(3)} kWh`;
}
