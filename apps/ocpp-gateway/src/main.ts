import { runServices } from '@chargemesh/service';
import { ocppGatewayService } from './definition.js';

await runServices([ocppGatewayService]);
