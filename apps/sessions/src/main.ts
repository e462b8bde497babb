import { runServices } from '@chargemesh/service';
import { sessionsService } from './index.js';

await runServices([sessionsService]);
