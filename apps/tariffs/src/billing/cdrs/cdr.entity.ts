import type { CdrIssued, CdrKind, DataOf } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A CDR as it was issued; nothing of it ever changes. */
@Entity({ name: 'cdrs' })
export class Cdr {
  @PrimaryColumn({ name: 'cdr_id', type: 'uuid' }) cdrId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'session_id', type: 'uuid' }) sessionId!: string;
  @Column({ name: 'number', type: 'text' }) number!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'issued_at', type: 'timestamptz' }) issuedAt!: Date;
  @Column({ name: 'kind', type: 'text' }) kind!: CdrKind;
  @Column({ name: 'credits_cdr_id', type: 'uuid', nullable: true }) creditsCdrId!: string | null;
  @Column({ name: 'replaces_cdr_id', type: 'uuid', nullable: true }) replacesCdrId!: string | null;
  @Column({ name: 'document', type: 'json' }) document!: DataOf<typeof CdrIssued>;
}
