/** device-management on the embedded log, in a process of its own: what `live.ts` measures. */
import { deviceManagementService } from '@chargemesh/device-management';
import { migrateServices, startServices } from '@chargemesh/service';
import { serve } from './measure.js';
import { environment } from './environment.js';

const [installationApiKey = ''] = process.argv.slice(2);
const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
const urls = await migrateServices([deviceManagementService], { adminUrl, password: 'benchmark' });
const running = await startServices({
  services: [deviceManagementService],
  environment: { ...environment, INSTALLATION_API_KEY: installationApiKey, ...urls },
});
serve(running.url, () => running.stop());
