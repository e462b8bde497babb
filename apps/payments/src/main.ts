import { runServices } from '@chargemesh/service';
import { paymentsService } from './index.js';

await runServices([paymentsService]);
