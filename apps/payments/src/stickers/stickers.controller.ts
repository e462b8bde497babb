import { Body, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type HttpRequest,
  Needs,
  type QueryOf,
  checked,
} from '@chargemesh/service';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { checkoutBase } from '../checkout/page-url.js';
import { inspectionsList, stickersList } from './stickers.list.js';
import { InspectionBody, InspectionView, StickerView, inspectionOf } from './stickers.schema.js';
import { Stickers } from './stickers.service.js';

/** For who goes round and looks at the stickers with codes. */
@ApiController('payments')
export class StickersController {
  constructor(
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
    private readonly database: Database,
    private readonly stickers: Stickers,
  ) {}

  @Get('stickers')
  @Endpoint({
    summary: 'Stickers to look at, station by station: where their codes lead, and who looked at them last',
    ...{ list: stickersList, answer: StickerView },
  })
  list(
    @CallerOf() caller: Caller,
    @Query(checked(stickersList.query)) query: QueryOf<typeof stickersList>,
    @Req() request: HttpRequest,
  ) {
    return this.stickers.list(caller, query, checkoutBase(this.settings, request));
  }

  @Post('sticker-inspections')
  @Needs('operator')
  @HttpCode(201)
  @Endpoint({
    summary: 'Say what you saw of a sticker; scans without starts are looked for anew from the next day on',
    ...{ body: InspectionBody, answer: InspectionView, status: 201 },
  })
  inspect(@CallerOf() caller: Caller, @Body(checked(InspectionBody)) body: InspectionBody) {
    return this.stickers.inspect(caller, body);
  }

  @Get('sticker-inspections')
  @Endpoint({
    summary: 'Who looked at which stickers, the newest first',
    ...{ list: inspectionsList, answer: InspectionView },
  })
  inspections(
    @CallerOf() { operatorId }: Caller,
    @Query(checked(inspectionsList.query)) query: QueryOf<typeof inspectionsList>,
  ) {
    return this.database.transaction([operatorId], (tx) => inspectionsList.page(tx, operatorId, query, inspectionOf));
  }
}
