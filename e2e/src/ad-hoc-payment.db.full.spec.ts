import { services } from '@chargemesh/all-in-one';
import { INSTALLATION_API_KEY, startTestServices } from '@chargemesh/testing';
import { driversInBrowsers } from './ad-hoc-browser.js';

driversInBrowsers('on the embedded log', async (environment) => {
  const { adminUrl, url, stop } = await startTestServices(services, { environment });
  return { adminUrl, addressOf: () => url, installationApiKey: INSTALLATION_API_KEY, stop };
});
