import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An operator's account at a payment provider. Its secrets are with the deployment, under a name. */
@Entity('provider_accounts')
export class ProviderAccount {
  @PrimaryColumn({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @PrimaryColumn({ name: 'account_id', type: 'uuid' }) accountId!: string;
  @Column({ type: 'text' }) provider!: string;
  @Column({ type: 'text', array: true }) currencies!: string[];
  @Column({ name: 'secret_name', type: 'text' }) secretName!: string;
  @Column({ name: 'merchant_account', type: 'text', nullable: true }) merchantAccount!: string | null;
  /** Of its live environment, where each company has an address of its own; null of the test environment. */
  @Column({ name: 'live_prefix', type: 'text', nullable: true }) livePrefix!: string | null;
  /** Whether it takes new payments. */
  @Column({ type: 'boolean' }) enabled!: boolean;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
