import type { TokenType, Whitelist } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'tokens' })
export class Token {
  @PrimaryColumn({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @PrimaryColumn({ name: 'uid', type: 'text' }) uid!: string;
  /** The issuing party. */
  @PrimaryColumn({ name: 'country_code', type: 'text' }) countryCode!: string;
  @PrimaryColumn({ name: 'party_id', type: 'text' }) partyId!: string;
  @Column({ name: 'version', type: 'integer' }) version!: number;
  @Column({ name: 'type', type: 'text' }) type!: TokenType;
  @Column({ name: 'contract_id', type: 'text' }) contractId!: string;
  @Column({ name: 'issuer', type: 'text' }) issuer!: string;
  @Column({ name: 'group_id', type: 'text', nullable: true }) groupId!: string | null;
  @Column({ name: 'visual_number', type: 'text', nullable: true }) visualNumber!: string | null;
  @Column({ name: 'valid', type: 'boolean' }) valid!: boolean;
  @Column({ name: 'whitelist', type: 'text' }) whitelist!: Whitelist;
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true }) expiresAt!: Date | null;
  /** The partner that told of it; null, where the operator entered it. */
  @Column({ name: 'partner_id', type: 'uuid', nullable: true }) partnerId!: string | null;
}
