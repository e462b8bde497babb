import { Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { EvseId, StationId, optional } from '@chargemesh/contracts';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type HttpRequest,
  type HttpResponse,
  KnownOperators,
  checked,
  problem,
} from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { checkoutBase } from '../checkout/page-url.js';
import { checkoutUrl } from './checkout-url.js';
import { labelSheet } from './label-sheet.js';
import { qrSvg } from './qr-svg.js';

const EvseParams = Type.Object({ stationId: StationId, evseId: EvseId });
const SheetQuery = Type.Object({ stationId: optional(StationId) });

/** Codes to print and stick on stations; each leads to the page of its EVSE. */
@ApiController('payments', 'qr-codes')
export class QrCodesController {
  constructor(
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
    private readonly places: PlacesStore,
    private readonly operators: KnownOperators,
  ) {}

  @Get('labels')
  @Endpoint({
    summary: 'Labels of the EVSEs of a station, or of all, to print',
    query: SheetQuery,
    answer: Type.String(),
    contentType: 'application/pdf',
  })
  async labels(
    @CallerOf() { operatorId }: Caller,
    @Query(checked(SheetQuery)) { stationId }: Static<typeof SheetQuery>,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const evses = await this.places.ofOperator(operatorId, stationId === undefined ? undefined : [stationId]);
    const operator = await this.operators.get(operatorId);
    const labels = evses.map((evse) => ({ evse, url: this.urlOf(evse, request) }));
    const pdf = await labelSheet(labels, operator?.name ?? '');
    response.set('content-disposition', 'inline; filename="labels.pdf"').type('application/pdf').send(pdf);
  }

  @Get(':stationId/:evseId')
  @Endpoint({
    summary: 'The code of an EVSE',
    params: EvseParams,
    answer: Type.String(),
    contentType: 'image/svg+xml',
  })
  async code(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(EvseParams)) { stationId, evseId }: Static<typeof EvseParams>,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const evse = await this.places.at(stationId, evseId);
    if (evse?.operatorId !== operatorId) throw problem('not-found');
    response.type('image/svg+xml').send(await qrSvg(this.urlOf(evse, request)));
  }

  private urlOf(evse: EvseAtPlace, request: HttpRequest): string {
    return checkoutUrl(checkoutBase(this.settings, request), evse);
  }
}
