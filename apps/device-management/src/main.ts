import { runServices } from '@chargemesh/service';
import { deviceManagementService } from './index.js';

await runServices([deviceManagementService]);
