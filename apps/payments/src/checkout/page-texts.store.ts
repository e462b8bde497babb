import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { LanguageCode } from './languages/languages.js';
import { type OwnTexts, Texts } from './languages/texts.js';

/** What operators say in their own words. */
@Injectable()
export class PageTextsStore {
  /** The texts of an operator's pages. */
  async textsOf(tx: Transaction, operatorId: string, language: LanguageCode): Promise<Texts> {
    return new Texts(language, await this.ownOf(tx, operatorId, language));
  }

  async ownOf(tx: Transaction, operatorId: string, language: LanguageCode): Promise<OwnTexts> {
    const sql = 'SELECT texts FROM page_texts WHERE operator_id = $1 AND language = $2';
    const [row] = await tx.query<{ texts: OwnTexts }>(sql, [operatorId, language]);
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
