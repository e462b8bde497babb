import { describe, expect, it } from '@jest/globals';
import { NestLogger, createLogger } from './logger.js';
import { withoutSecrets } from './secrets.js';

function lines(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  write(createLogger({ level: 'trace', base: {}, secrets: ['s3cr3t-of-the-settings', 'short'], destination }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('hides members that hold secrets, however deep and however they are spelt', () => {
    const [line] = lines((logger) =>
      logger.info(
        {
          request: { headers: { Authorization: 'Bearer x', 'set-cookie': 'c', accept: 'json' } },
          list: [{ api_key: 'k' }],
        },
        'm',
      ),
    );
    expect(line).toMatchObject({
      request: { headers: { Authorization: '[hidden]', 'set-cookie': '[hidden]', accept: 'json' } },
      list: [{ api_key: '[hidden]' }],
    });
  });

  it.each([
    ['Authorization: Bearer abcdefghijkl.mnop', 'Authorization: Bearer [hidden]'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic [hidden]'],
    [`the key cmk_${'x'.repeat(43)} is unknown`, 'the key [hidden] is unknown'],
    ['the key rk_live_51Abcdefgh is unknown', 'the key [hidden] is unknown'],
    [`the key AQE${'x'.repeat(30)}-abc=-{def is unknown`, 'the key [hidden] is unknown'],
    ['cannot reach postgres://sessions:pa55word@db/x', 'cannot reach postgres://sessions:[hidden]@db/x'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln was', 'token [hidden] was'],
    ['it was s3cr3t-of-the-settings', 'it was [hidden]'],
    ['an ordinary short word', 'an ordinary short word'],
  ])('hides secrets inside of texts: %s', (said, shown) => {
    expect(lines((logger) => logger.info(said))[0]).toMatchObject({ msg: shown });
  });

  it('keeps the message and stack of an error, without what drivers hang on it', () => {
    const error = Object.assign(new Error('broken'), { parameters: ['pa55word'], code: '23505' });
    const [line] = lines((logger) => logger.error({ err: error }, 'm'));
    expect(line?.['err']).toEqual({ type: 'Error', message: 'broken', code: '23505', stack: expect.any(String) });
  });

  it("carries Nest's words, its context and its stacks", () => {
    const said = lines((logger) => {
      const nest = new NestLogger(logger);
      nest.log('Mapped {/x, GET}', 'RouterExplorer');
      nest.error('failed', 'Error: failed\n  at x', 'ExceptionsHandler');
      nest.warn('careful', 'X');
    });
    expect(said).toMatchObject([
      { level: 'debug', msg: 'Mapped {/x, GET}', context: 'RouterExplorer' },
      { level: 'error', msg: 'failed', context: 'ExceptionsHandler', stack: 'Error: failed\n  at x' },
      { level: 'warn', msg: 'careful' },
    ]);
  });
});

describe('a change for the audit trail', () => {
  it('is noted without secrets and otherwise as it was', () => {
    const at = new Date(0);
    expect(withoutSecrets({ name: 'a', at, password: 'p', partner: { token: 't' }, n: null })).toEqual({
      name: 'a',
      at,
      password: '[hidden]',
      partner: { token: '[hidden]' },
      n: null,
    });
  });
});
