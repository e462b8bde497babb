import type { AgreedPrice, ChargingLimit } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A start that somebody asked for whose right to charge was settled before. */
@Entity({ name: 'start_requests' })
export class StartRequest {
  @PrimaryColumn({ name: 'request_id', type: 'uuid' }) requestId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  /** Null, as the following, where only its withdrawal is known. */
  @Column({ name: 'station_id', type: 'text', nullable: true }) stationId!: string | null;
  @Column({ name: 'evse_id', type: 'integer', nullable: true }) evseId!: number | null;
  @Column({ name: 'agreed_price', type: 'jsonb', nullable: true }) agreedPrice!: AgreedPrice | null;
  /** What the station is to hold what begins to. */
  @Column({ name: 'charging_limit', type: 'jsonb', nullable: true }) chargingLimit!: ChargingLimit | null;
  /** What begins later was not agreed. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true }) expiresAt!: Date | null;
  /** In the spelling by which tokens are compared; null where none was made, since the start failed before. */
  @Column({ name: 'token_uid', type: 'text', nullable: true }) tokenUid!: string | null;
  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true }) withdrawnAt!: Date | null;
  /** Which session began on its token. */
  @Column({ name: 'session_id', type: 'uuid', nullable: true }) sessionId!: string | null;
}

/** A start by a token that was made for it, so that all of it is known. */
export type TokenStart = Pick<
  StartRequest,
  'requestId' | 'operatorId' | 'withdrawnAt' | 'sessionId' | 'chargingLimit'
> & {
  readonly stationId: string;
  readonly evseId: number;
  readonly agreedPrice: AgreedPrice;
  readonly expiresAt: Date;
  readonly tokenUid: string;
};

/** Whether a token is shown elsewhere than where its start was agreed; who names no EVSE may be there. */
export function isElsewhere(
  start: Pick<TokenStart, 'stationId' | 'evseId'>,
  { stationId, evseId }: { readonly stationId: string; readonly evseId?: number | null | undefined },
): boolean {
  return start.stationId !== stationId || (evseId != null && start.evseId !== evseId);
}
