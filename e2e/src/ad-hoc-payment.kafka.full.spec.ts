import { services } from '@chargemesh/all-in-one';
import { startKafka } from '@chargemesh/messaging/testing';
import { INSTALLATION_API_KEY, startTestServices } from '@chargemesh/testing';
import { driversInBrowsers } from './ad-hoc-browser.js';

driversInBrowsers('on Kafka', async (settings) => {
  const broker = await startKafka();
  try {
    const kafka = { TRANSPORT: 'kafka', KAFKA_BROKERS: broker.brokers.join(',') };
    const platform = await startTestServices(services, { environment: { ...settings, ...kafka } });
    const stop = () => platform.stop().finally(() => broker.stop());
    const { adminUrl } = platform;
    return { adminUrl, addressOf: () => platform.url, installationApiKey: INSTALLATION_API_KEY, stop };
  } catch (error) {
    await broker.stop();
    throw error;
  }
});
