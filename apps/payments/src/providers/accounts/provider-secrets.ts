import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import type { ProviderAccount } from './provider-account.entity.js';

/** What a deployment holds for an account. */
export interface AccountSecrets {
  readonly apiKey: string | undefined;
  /** Several, while they are renewed. */
  readonly webhookKeys: readonly string[];
}

export const SECRET_KINDS = ['api-key', 'webhook-keys'] as const;
type SecretKind = (typeof SECRET_KINDS)[number];
type Named = Pick<ProviderAccount, 'operatorId' | 'secretName'>;

/** Far above any key; a mistaken file must not fill the memory. */
const LONGEST = 16_384;

/**
 * Secrets of accounts, from files that a deployment mounts or from the environment; a file comes first. The operator's id is part
 * of their names: no operator can name another one's.
 */
@Injectable()
export class ProviderSecrets {
  constructor(@Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings) {}

  /** Read whenever they are needed: renewed ones need no restart. */
  async of(account: Named): Promise<AccountSecrets> {
    const [apiKey, keys = ''] = await Promise.all(SECRET_KINDS.map((kind) => this.text(account, kind)));
    return { apiKey, webhookKeys: keys.split(/\s+/).filter(Boolean) };
  }

  private async text(account: Named, kind: SecretKind): Promise<string | undefined> {
    const name = secretFile(account, kind);
    const text = (await this.file(name)) ?? this.settings.PROVIDER_SECRETS.get(name);
    return text?.trim() || undefined;
  }

  private async file(name: string): Promise<string | undefined> {
    const folder = this.settings.PROVIDER_SECRETS_FOLDER;
    if (folder === undefined) return undefined;
    const text = await readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined && text.length > LONGEST) throw new Error(`the secret ${name} is too long`);
    return text;
  }
}

/** As it has to be called in the folder, or in the environment. */
export function secretFile({ operatorId, secretName }: Named, kind: SecretKind): string {
  return `${operatorId}.${secretName}.${kind}`;
}
