import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, KnownOperators, Public, TakesBody } from '@chargemesh/service';
import { CHECKOUT, type Checkout } from '../payments/checkout.port.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { Providers } from '../providers/providers.js';
import { availabilityOf, refusalOf, strongestPower } from './availability.js';
import { attemptOf, isForeign } from './browser.js';
import { type LanguageCode, languageFor } from './languages/languages.js';
import { PageErrors, refuse } from './page-errors.js';
import { type EvsePage, evsePage, shownBy } from './pages/evse.page.js';
import { PAGE_HEADERS, SCRIPT, headersOfForm } from './pages/layout.js';

/** The page to which the QR code of an EVSE leads, and its form. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay')
export class EvseController {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly places: PlacesStore,
    private readonly inUse: EvsesInUse,
    private readonly providers: Providers,
    private readonly operators: KnownOperators,
  ) {}

  @Get('checkout.js')
  script(@Res() response: HttpResponse): void {
    response.set({ 'cache-control': 'public, max-age=3600' }).type('js').send(SCRIPT);
  }

  @Get(':evse')
  async show(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    const found = await this.places.named(name);
    if (!found) return refuse(request, response, 'evse-unknown', 404);
    attemptOf(request, response);
    await this.send(response, 200, await this.pageOf(found, request));
  }

  /** Begins a payment of the price that was shown, and sends the browser to where it is paid. */
  @Post(':evse')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async pay(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    const evse = await this.places.named(name);
    if (!evse) return refuse(request, response, 'evse-unknown', 404);
    const page = await this.pageOf(evse, request);
    const { quote, refusal, language } = page;
    if (quote === undefined || refusal !== undefined) return this.send(response, 409, page);
    const shown = fieldsOf(request).get('shown');
    if (shown !== null && shown !== shownBy(quote)) return this.send(response, 409, { ...page, priceChanged: true });
    const { operatorId, stationId, evseId } = evse;
    const attempt = attemptOf(request, response);
    const opened = await this.checkout.open({ operatorId, stationId, evseId, quote, language, attempt });
    if (opened === 'taken') return this.send(response, 409, { ...page, refusal: 'taken' });
    response.set(PAGE_HEADERS).redirect(303, opened.redirectUrl);
  }

  private async send(response: HttpResponse, status: number, page: EvsePage): Promise<void> {
    const origins = await this.providers.origins(page.evse.operatorId);
    response.status(status).set(headersOfForm(origins)).type('html').send(evsePage(page));
  }

  private async pageOf(evse: EvseAtPlace, request: HttpRequest): Promise<EvsePage> {
    const language = languageFor(request);
    const availability = availabilityOf(evse, { inUse: await this.inUse.has(evse) });
    const quote = await this.quoteFor(evse, language);
    const refusal = refusalOf(availability) ?? (typeof quote === 'string' ? quote : undefined);
    const operatorName = (await this.operators.get(evse.operatorId))?.name ?? '';
    return {
      ...{ language, evse, availability, operatorName, refusal },
      quote: typeof quote === 'string' ? undefined : quote,
      host: request.get('host') ?? '',
      path: request.path,
    };
  }

  private quoteFor({ operatorId, stationId, evseId, connectors }: EvseAtPlace, language: LanguageCode) {
    const maxPowerW = strongestPower(connectors);
    return this.checkout.quote({ operatorId, stationId, evseId, maxPowerW, language });
  }
}

function fieldsOf({ body }: HttpRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
}
