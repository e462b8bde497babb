import type { FromStation } from '../station/ports.js';
import { authorize } from './authorize.js';
import { idTokenOf } from './id-token.js';
import { tariffOf } from './tariffs.js';

/** OCPP 2.1 C01–C06, and I08: the answer carries the driver's own tariff, if they have one. */
export const authorizeWithTariff: FromStation<'ocpp2.1', 'Authorize', 'authorization'> = async (
  request,
  context,
  ports,
) => {
  const asked = ports.authorization.driverTariff(context, idTokenOf(request.idToken));
  const [answer, tariff] = await Promise.all([authorize(request, context, ports), asked]);
  return tariff && answer.idTokenInfo.status === 'Accepted' ? { ...answer, tariff: tariffOf(tariff) } : answer;
};
