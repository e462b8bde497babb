/** `node e2e/next/main.mjs sessions`: a service in its next version, which waits for its migration. */
import { runServices } from '@chargemesh/service';
import { nextVersionOf } from './version.mjs';

const [name] = process.argv.slice(2);
const service = Object.values(await import(`@chargemesh/${name}`)).find((exported) => exported?.name === name);
await runServices([nextVersionOf(service)]);
