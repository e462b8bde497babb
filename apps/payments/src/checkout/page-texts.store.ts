import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import type { LanguageCode } from './languages/languages.js';
import { type OwnTexts, Texts } from './languages/texts.js';

/** What operators say in their own words. */
@Injectable()
export class PageTextsStore {
  constructor(private readonly database: Database) {}

  /** The texts of an operator's pages. */
  async textsOf(operatorId: string, language: LanguageCode): Promise<Texts> {
    return new Texts(language, await this.ownOf(operatorId, language));
  }

  async ownOf(operatorId: string, language: LanguageCode): Promise<OwnTexts> {
    const [row] = await this.database.transaction([operatorId], (tx) =>
      tx.query<{ texts: OwnTexts }>('SELECT texts FROM page_texts WHERE operator_id = $1 AND language = $2', [
        ...[operatorId, language],
      ]),
    );
    return row?.texts ?? {};
  }

  async put(tx: Transaction, operatorId: string, language: LanguageCode, texts: OwnTexts): Promise<void> {
    await tx.query(
      `INSERT INTO page_texts (operator_id, language, texts) VALUES ($1, $2, $3)
       ON CONFLICT (operator_id, language) DO UPDATE SET texts = EXCLUDED.texts`,
      [operatorId, language, texts],
    );
  }
}
