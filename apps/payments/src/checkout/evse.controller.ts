import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, KnownOperators, Public, TakesBody } from '@chargemesh/service';
import { CHECKOUT, type Checkout, driverPage } from '../payments/checkout.port.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { Providers } from '../providers/providers.js';
import { availabilityOf, refusalOf, strongestPower } from './availability.js';
import { attemptOf, isForeign } from './browser.js';
import { type LanguageCode, keepLanguage, languageFor } from './languages/languages.js';
import { PageErrors, refuse } from './page-errors.js';
import { PageTextsStore } from './page-texts.store.js';
import { type EvsePage, evsePage, shownBy } from './pages/evse.page.js';
import { PAGE_HEADERS, SCRIPT, headersOfForm } from './pages/layout.js';
import { Scans } from './scans.js';

/** Somebody else has paid here, and nobody charges yet. */
const TAKEN = { availability: 'in-use', refusal: 'taken' } as const;

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
    private readonly scans: Scans,
    private readonly pageTexts: PageTextsStore,
  ) {}

  @Get('checkout.js')
  script(@Res() response: HttpResponse): void {
    response.set({ 'cache-control': 'public, max-age=3600' }).type('js').send(SCRIPT);
  }

  @Get(':evse')
  async show(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    keepLanguage(request, response);
    const found = await this.places.named(name);
    if (!found) return refuse(request, response, 'evse-unknown', 404);
    const attempt = attemptOf(request, response);
    if (!(await this.scans.admits(found, attempt, request, response)))
      return refuse(request, response, 'code-expired', 403);
    await this.send(response, 200, await this.pageOf(found, request, attempt));
  }

  /** Begins a payment of the price that was shown, and sends the browser to where it is paid. */
  @Post(':evse')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async pay(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    const evse = await this.places.named(name);
    if (!evse) return refuse(request, response, 'evse-unknown', 404);
    const attempt = attemptOf(request, response);
    if (!(await this.scans.admits(evse, attempt, request, response)))
      return refuse(request, response, 'code-expired', 403);
    const page = await this.pageOf(evse, request, attempt);
    const { quote, refusal, ownSession, texts } = page;
    if (ownSession !== undefined) return response.set(PAGE_HEADERS).redirect(303, ownSession);
    if (quote === undefined || refusal !== undefined) return this.send(response, 409, page);
    const shown = fieldsOf(request).get('shown');
    if (shown !== null && shown !== shownBy(quote)) return this.send(response, 409, { ...page, priceChanged: true });
    const { operatorId, stationId, evseId } = evse;
    const { language } = texts;
    const opened = await this.checkout.open({ operatorId, stationId, evseId, quote, language, attempt });
    if (opened === 'taken') return this.send(response, 409, { ...page, ...TAKEN });
    response.set(PAGE_HEADERS).redirect(303, opened.redirectUrl);
  }

  private async send(response: HttpResponse, status: number, page: EvsePage): Promise<void> {
    const origins = await this.providers.origins(page.evse.operatorId);
    response.status(status).set(headersOfForm(origins)).type('html').send(evsePage(page));
  }

  private async pageOf(evse: EvseAtPlace, request: HttpRequest, attempt: string): Promise<EvsePage> {
    const language = languageFor(request);
    const [texts, inUse, payer, quote, operator] = await Promise.all([
      this.pageTexts.textsOf(evse.operatorId, language),
      this.inUse.has(evse),
      this.checkout.payerAt(evse, attempt),
      this.quoteFor(evse, language),
      this.operators.get(evse.operatorId),
    ]);
    const availability = availabilityOf(evse, { inUse });
    const refusal = refusalOf(availability) ?? (typeof quote === 'string' ? quote : undefined);
    return {
      ...{ texts, evse, availability, operatorName: operator?.name ?? '', refusal },
      ...(payer === 'somebody' && refusal === undefined ? TAKEN : {}),
      quote: typeof quote === 'string' ? undefined : quote,
      ownSession: typeof payer === 'string' ? undefined : driverPage(payer.reference),
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
