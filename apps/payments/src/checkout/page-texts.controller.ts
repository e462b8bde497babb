import { Body, Get, Param, Put } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  Audit,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  checked,
  nameSchemas,
  problem,
} from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { LANGUAGES, type LanguageCode } from './languages/languages.js';
import { faultOf } from './languages/own-texts.js';
import { PageTextsStore } from './page-texts.store.js';

const codes = Object.keys(LANGUAGES) as LanguageCode[];
const LanguageParams = Type.Object({ language: Type.Union(codes.map((code) => Type.Literal(code))) });
const PageTexts = Type.Object({
  /** By key, such as `sentences.hold`; what is not here is said as we say it. */
  texts: Type.Record(Type.String({ maxLength: 80 }), Type.String({ minLength: 1, maxLength: 600 }), {
    maxProperties: 500,
  }),
});
type PageTexts = Static<typeof PageTexts>;
nameSchemas({ PageTexts });

/** What an operator says on the pages of its drivers in its own words, by language. */
@ApiController('payments', 'page-texts')
export class PageTextsController {
  constructor(
    private readonly database: Database,
    private readonly store: PageTextsStore,
    private readonly audit: Audit,
  ) {}

  @Get(':language')
  @Endpoint({ summary: 'What is said in words of your own', params: LanguageParams, answer: PageTexts })
  async get(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(LanguageParams)) { language }: Static<typeof LanguageParams>,
  ): Promise<PageTexts> {
    const own = await this.database.transaction([operatorId], (tx) => this.store.ownOf(tx, operatorId, language));
    return { texts: { ...own } };
  }

  /** All of the language at once. */
  @Put(':language')
  @Needs('admin')
  @Endpoint({ summary: 'Say texts in words of your own', params: LanguageParams, body: PageTexts, answer: PageTexts })
  async put(
    @CallerOf() caller: Caller,
    @Param(checked(LanguageParams)) { language }: Static<typeof LanguageParams>,
    @Body(checked(PageTexts)) { texts }: PageTexts,
  ): Promise<PageTexts> {
    const { operatorId } = caller;
    const fault = faultOf(texts);
    if (fault !== undefined) throw problem('bad-request', { detail: fault });
    await this.database.transaction([operatorId], async (tx) => {
      await this.store.put(tx, operatorId, language, texts);
      await this.audit.add(tx, caller, 'put', 'page-texts', language, { texts });
    });
    return { texts };
  }
}
