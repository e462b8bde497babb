import { runServices } from '@chargemesh/service';
import { tariffsService } from './index.js';

await runServices([tariffsService]);
