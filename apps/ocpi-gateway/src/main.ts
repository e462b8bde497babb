import { runServices } from '@chargemesh/service';
import { ocpiGatewayService } from './index.js';

await runServices([ocpiGatewayService]);
