import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressOf, type DemoFile, seed, startDemoStations } from '@chargemesh/all-in-one';
import type { Environment } from '@chargemesh/service';
import type { RunningStations } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import {
  type Browser,
  type Page,
  barriersOf,
  hasBrowser,
  keepScreenshot,
  launchBrowser,
} from '@chargemesh/testing/browser';
import { untilStartable } from './startable.js';

/** A busy machine may need long for six services and a browser. */
const STARTS_WITHIN_MS = 300_000;
const CHARGES_WITHIN_MS = 240_000;

const environment = { SANDBOX_PAYMENTS: 'true', PLUG_TIMEOUT_S: '60', SESSION_QUIET_S: '2', LOG_LEVEL: 'error' };

interface State {
  readonly state: string;
  readonly energyWh: number;
  readonly receiptUrl?: string;
  readonly capturedAmount: string;
}

interface Platform {
  readonly adminUrl: string;
  readonly addressOf: AddressOf;
  readonly installationApiKey: string;
  stop(): Promise<unknown>;
}

/** What a driver without a contract does in a browser, however the services run. */
export function driversInBrowsers(runs: string, start: (environment: Environment) => Promise<Platform>): void {
  (hasBrowser ? describe : describe.skip)(`a driver without a contract, in a browser, ${runs}`, () => {
    let platform: Platform;
    let stations: RunningStations;
    let demo: DemoFile;
    let browser: Browser;
    const pages = () => platform.addressOf('payments');
    /** From whom pages loaded anything. */
    const asked = new Set<string>();
    /** What browsers complained of, such as of what the policy of a page refuses. */
    const complaints: string[] = [];

    beforeAll(async () => {
      platform = await start(environment);
      demo = await seed(platform.addressOf, platform.installationApiKey);
      stations = startDemoStations(demo);
      const connected = demo.stations.filter(({ simulated }) => simulated).map(({ id }) => id);
      await untilStartable(platform.adminUrl, connected);
      browser = await launchBrowser();
    }, STARTS_WITHIN_MS);

    afterAll(async () => {
      await browser?.close();
      await stations?.stop();
      await platform?.stop();
    });

    /** A phone, as far as pages can tell. */
    async function open(path: string, options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
      const viewport = { width: 320, height: 640 };
      const context = await browser.newContext({ viewport, locale: 'de-DE', ...options });
      const page = await context.newPage();
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      await page.goto(new URL(path, pages()).href);
      return page;
    }

    /** The page of an EVSE that is left to drivers, once it can be paid at. */
    const payable = (stationId: string, options: { javaScriptEnabled?: boolean } = {}): Promise<Page> =>
      eventually(async () => {
        const { url } = demo.checkoutUrls.find((evse) => evse.stationId === stationId)!;
        const page = await open(url, options);
        if ((await page.locator('form').count()) > 0) return page;
        await page.context().close();
        throw new Error('nobody can pay here yet');
      });

    /** At whichever state it is; the picture shows it as the platform really has it. */
    async function expectAccessible(page: Page, name: string): Promise<void> {
      expect(await barriersOf(page)).toEqual([]);
      await keepScreenshot(page, `real-${name}`);
    }

    async function stateOf(page: Page): Promise<State> {
      const path = await page.locator('link[rel=alternate][type="application/json"]').getAttribute('href');
      return (await (await fetch(new URL(path ?? '', pages()))).json()) as State;
    }

    const pay = async (page: Page, outcome: 'approve' | 'decline') => {
      await page.locator('form button').click();
      await page.locator(`button[value=${outcome}]`).click();
    };

    it(
      'sees the price, pays, charges, stops, and has a receipt of what was captured',
      async () => {
        const page = await payable('DEMO-201');
        expect(await page.locator('.prices').textContent()).toContain('pro kWh');
        await expectAccessible(page, 'price');
        await pay(page, 'approve');
        await eventually(async () => expect(await page.locator('h1').textContent()).toBe('Ihr Auto lädt'));
        await eventually(async () => expect((await stateOf(page)).energyWh).toBeGreaterThan(0));
        await expectAccessible(page, 'charging');
        await page.getByRole('button', { name: 'Laden beenden' }).click();
        await eventually(async () => expect(await page.locator('h1').textContent()).toBe('Bezahlt'));
        await expectAccessible(page, 'paid');
        const { capturedAmount, receiptUrl = '' } = await stateOf(page);
        const paid = new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(
          Number(capturedAmount),
        );
        await page.getByRole('link', { name: 'Beleg' }).click();
        expect(await page.locator('dd').last().textContent()).toBe(paid);
        await expectAccessible(page, 'receipt');
        const pdf = await fetch(receiptUrl, { headers: { accept: 'application/pdf' } });
        expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      },
      CHARGES_WITHIN_MS,
    );

    it(
      'needs no script for any of it',
      async () => {
        const page = await payable('DEMO-16', { javaScriptEnabled: false });
        await pay(page, 'approve');
        await eventually(async () => expect((await stateOf(page)).energyWh).toBeGreaterThan(0));
        // The page reloads itself as well, which ends this.
        await eventually(() => page.reload());
        await page.locator('form[action$=stop] button').click();
        await eventually(async () => expect((await stateOf(page)).state).toBe('captured'));
        await eventually(async () => expect(await page.locator('h1').textContent()).toBe('Bezahlt'));
      },
      CHARGES_WITHIN_MS,
    );

    it('is told when the card is declined, and may try again', async () => {
      const page = await payable('DEMO-21');
      await pay(page, 'decline');
      await eventually(async () => expect(await page.locator('h1').textContent()).toBe('Zahlung abgelehnt'));
      await expectAccessible(page, 'declined');
      expect((await stateOf(page)).capturedAmount).toBe('0.00');
      await page.getByRole('link', { name: 'Zurück zum Ladepunkt' }).click();
      expect(await page.locator('form button').textContent()).toBe('Weiter zur Zahlung');
    });

    it('loads nothing from anybody else, and nothing that the pages refuse themselves', () => {
      expect(complaints).toEqual([]);
      expect([...asked].filter((origin) => origin !== 'null')).toEqual([pages()]);
    });
  });
}
