import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestServices, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from '../../index.js';
import { Providers } from '../providers.js';
import type { AccountView } from './accounts.schema.js';

const ACCOUNTS = '/api/payments/v1/provider-accounts';
const OPERATOR = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';
const BODY = { provider: 'stripe', currencies: ['EUR', 'CHF'], secretName: 'stripe-main' };
const SECRET = 'sk_test_never_to_be_seen';

describe('accounts at payment providers', () => {
  let folder: string;
  let platform: TestServices;
  let apiKey: string;
  let others: string;
  let providers: Providers;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provider-secrets-'));
    const environment = {
      ...{ SANDBOX_PAYMENTS: 'true', CHECKOUT_URL: 'https://pay.example', PROVIDER_SECRETS_FOLDER: folder },
      PROVIDER_SECRETS: JSON.stringify({ [`${OPERATOR}.from-environment.api-key`]: SECRET }),
    };
    platform = await startTestServices([paymentsService], { environment });
    [apiKey, others] = [await platform.admit({ operatorId: OPERATOR }), await platform.admit({ operatorId: OTHER })];
    providers = platform.app.get(Providers, { strict: false });
  });
  afterAll(async () => {
    await platform?.stop();
    await rm(folder, { recursive: true });
  });

  const put = (id: string, body: object, key = apiKey) =>
    platform.ask<AccountView>(key, 'PUT', `${ACCOUNTS}/${id}`, body);
  const get = async (id: string) => (await platform.ask<AccountView>(apiKey, 'GET', `${ACCOUNTS}/${id}`)).body;
  const mount = (kind: string, text: string) => writeFile(join(folder, `${OPERATOR}.stripe-main.${kind}`), text);
  const remove = (id: string, key = apiKey) => platform.ask(key, 'DELETE', `${ACCOUNTS}/${id}`);
  const takerOf = async (currency: string) => (await providers.forNew(OPERATOR, currency))?.provider.name;

  it('take payments as soon as the deployment has their secrets, which nobody sees', async () => {
    const id = uuidv7();
    const missing = ['api-key', 'webhook-keys'].map((kind) => `${OPERATOR}.stripe-main.${kind}`);
    expect(await takerOf('EUR')).toBe('sandbox');
    const { status, body } = await put(id, BODY);
    expect([status, body.state, body.missingSecrets]).toEqual([200, 'secret-missing', missing]);
    expect(await takerOf('EUR')).toBeUndefined();
    await mount('api-key', `${SECRET}\n`);
    await mount('webhook-keys', 'whsec_one\nwhsec_two\n');
    expect(await get(id)).toMatchObject({ id, state: 'ready', missingSecrets: [], currencies: ['CHF', 'EUR'] });
    expect([await takerOf('EUR'), await takerOf('USD')]).toEqual(['stripe', undefined]);
    const shown = [await get(id), (await platform.ask(apiKey, 'GET', ACCOUNTS)).body];
    expect(JSON.stringify(shown)).not.toMatch(/sk_test|whsec/);
    expect((await put(id, { ...BODY, enabled: false })).body.state).toBe('disabled');
    expect(await takerOf('EUR')).toBeUndefined();
    expect((await remove(id)).status).toBe(204);
    expect(await takerOf('EUR')).toBe('sandbox');
  });

  it("are each operator's own, secrets included", async () => {
    const id = uuidv7();
    await mount('api-key', SECRET);
    await mount('webhook-keys', 'whsec_one');
    await put(id, BODY);
    expect((await put(id, BODY, others)).body.state).toBe('secret-missing');
    expect((await get(id)).state).toBe('ready');
    expect((await remove(id, others)).status).toBe(204);
    expect((await get(id)).state).toBe('ready');
    await remove(id);
  });

  it('have their secrets from the environment, too', async () => {
    const { body } = await put(uuidv7(), { ...BODY, secretName: 'from-environment', currencies: ['USD'] });
    expect(body.missingSecrets).toEqual([`${OPERATOR}.from-environment.webhook-keys`]);
    await remove(body.id);
  });

  it('share no currency while both take payments', async () => {
    const [first, second] = [uuidv7(), uuidv7()];
    await put(first, BODY);
    const another = { ...BODY, secretName: 'stripe-swiss', currencies: ['CHF'] };
    const { status, body } = await put(second, another);
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({ code: 'provider-currency-taken', accountId: first }),
    ]);
    expect((await put(second, { ...another, enabled: false })).status).toBe(200);
    await Promise.all([remove(first), remove(second)]);
  });

  it('are entered once each', async () => {
    const first = uuidv7();
    const connected = { ...BODY, currencies: ['NOK'], merchantAccount: 'acct_1' };
    const [own, theirs] = [await put(first, BODY), await put(uuidv7(), connected)];
    expect([own.status, theirs.status]).toEqual([200, 200]);
    await writeFile(join(folder, `${OPERATOR}.other-name.api-key`), `${SECRET}\n`);
    const known = { status: 409, body: { code: 'provider-account-known', accountId: first } };
    for (const secretName of ['stripe-main', 'other-name'])
      expect(await put(uuidv7(), { ...BODY, secretName, currencies: ['USD'], enabled: false })).toMatchObject(known);
    const again = await put(uuidv7(), { ...connected, secretName: 'another', currencies: ['USD'] });
    expect(again.body).toMatchObject({ code: 'provider-account-known', accountId: theirs.body.id });
    expect((await put(first, { ...BODY, currencies: ['EUR'] })).status).toBe(200);
    await Promise.all([remove(first), remove(theirs.body.id)]);
  });

  it.each([
    [{ ...BODY, currencies: ['XAU'] }, 422, 'provider-currency-unknown'],
    [{ ...BODY, secretName: '../etc/passwd' }, 400, 'bad-request'],
    [{ ...BODY, provider: 'nobody' }, 400, 'bad-request'],
  ])('refuses %j', async (body, status, code) => {
    expect(await put(uuidv7(), body)).toMatchObject({ status, body: { code } });
  });

  it('are changed only as they were read', async () => {
    const id = uuidv7();
    const { headers } = await put(id, BODY);
    await put(id, { ...BODY, currencies: ['EUR'] });
    const response = await fetch(`${platform.url}${ACCOUNTS}/${id}`, {
      method: 'PUT',
      headers: {
        ...{ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        'if-match': headers.get('etag') ?? '',
      },
      body: JSON.stringify(BODY),
    });
    expect(response.status).toBe(412);
    await remove(id);
  });
});
