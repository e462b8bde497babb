import { readFileSync } from 'node:fs';
import { Controller, type DynamicModule, Get, Global, Header, Module, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  type HttpRequest,
  type HttpResponse,
  OTHER_CREDENTIAL,
  type OtherCredential,
  Public,
} from '@chargemesh/service';
import { Visitor } from './visitor.js';

const file = (name: string): string => readFileSync(new URL(`../../home/${name}`, import.meta.url), 'utf8');
const PAGE = file('index.html');
const STYLE = file('home.css');
const SCRIPT = file('home.js');
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The page at `/`, which shows a newcomer what runs. */
@ApiExcludeController()
@Public()
@Controller()
export class HomeController {
  constructor(private readonly visitor: Visitor) {}

  @Get()
  @Header('content-security-policy', POLICY)
  page(@Req() request: HttpRequest, @Res() response: HttpResponse): void {
    const cookie = this.visitor.cookieFor(request);
    if (cookie) response.setHeader('set-cookie', cookie);
    response.type('html').send(PAGE);
  }

  @Get('home.css')
  style(@Res() response: HttpResponse): void {
    response.type('css').send(STYLE);
  }

  @Get('home.js')
  script(@Res() response: HttpResponse): void {
    response.type('js').send(SCRIPT);
  }
}

/** Only the composition with the demo has it; a service of its own answers 404 there. */
@Global()
@Module({})
export class HomeModule {
  static of(visitor: Visitor): DynamicModule {
    const credentialOf: OtherCredential = (request) => visitor.credentialOf(request);
    return {
      module: HomeModule,
      controllers: [HomeController],
      providers: [
        { provide: Visitor, useValue: visitor },
        { provide: OTHER_CREDENTIAL, useValue: credentialOf },
      ],
      exports: [OTHER_CREDENTIAL],
    };
  }
}
