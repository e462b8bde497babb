import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Browser,
  type Page,
  barriersOf,
  hasBrowser,
  keepScreenshot,
  launchBrowser,
} from '@chargemesh/testing/browser';
import { gallery } from '../testing/gallery.js';
import { PAGE_HEADERS, SCRIPT, SCRIPT_PATH } from './layout.js';

const VIEWPORTS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const;
const SCREENS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  Object.entries(VIEWPORTS).map(([device, viewport]) => ({ device, viewport, colorScheme })),
);
const shown = { en: gallery('en'), de: gallery('de') };

/** Screenshots are kept in `.cache/screenshots`. */
(hasBrowser ? describe : describe.skip)('every state of the pages is without barriers on every screen', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      const [, language, name = ''] = pathname.split('/');
      const body = language === 'en' || language === 'de' ? shown[language].get(name) : undefined;
      if (body !== undefined) return route.fulfill({ headers: PAGE_HEADERS, contentType: 'text/html', body });
      if (pathname === SCRIPT_PATH) return route.fulfill({ contentType: 'text/javascript', body: SCRIPT });
      return route.fulfill({ contentType: 'text/event-stream', body: '' });
    });
  });
  afterAll(() => browser?.close());

  it.each([...shown.de.keys()])('%s', async (name) => {
    for (const language of ['de', 'en'] as const) {
      await page.goto(`https://pay.example/${language}/${name}`);
      for (const { device, viewport, colorScheme } of SCREENS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        expect([language, device, colorScheme, ...(await barriersOf(page))]).toEqual([language, device, colorScheme]);
        await keepScreenshot(page, `${name}-${language}-${device}-${colorScheme}`);
      }
    }
    expect(complaints).toEqual([]);
  });
});
