import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestPlatform, startTestPlatform } from '../testing/platform.js';

describe('a platform of two services', () => {
  let platform: TestPlatform;

  beforeAll(async () => {
    platform = await startTestPlatform();
  });

  afterAll(() => platform.stop());

  it('is live and ready when it has started', async () => {
    expect((await fetch(`${platform.url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${platform.url}/health/ready`)).json()).toMatchObject({ ready: true });
  });
});
