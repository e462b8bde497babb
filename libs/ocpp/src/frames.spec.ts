import { describe, expect, it } from '@jest/globals';
import { OcppError } from './errors.js';
import { type Frame, frameLimits, parseBinaryFrame, parseFrame, refusal, serialiseFrame } from './frames.js';
import { subprotocols } from './messages.js';
import type { Subprotocol } from './payloads.js';
import { random } from '@chargemesh/waiting/random';

const deep = (levels: number) => `[2,"m","A",${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}]`;

const braced = '{3f2504e0-4f89-11d3-9a0c-0305e82c3301}';

describe('reading a frame', () => {
  it.each(subprotocols)('reads CALL, CALLRESULT and CALLERROR of %s', (version) => {
    expect(parseFrame('[2,"m","Heartbeat",{}]', version)).toEqual({
      type: 'call',
      messageId: 'm',
      action: 'Heartbeat',
      payload: {},
    });
    expect(parseFrame('[3,"m",{"a":1}]', version)).toEqual({ type: 'result', messageId: 'm', payload: { a: 1 } });
    expect(parseFrame('[4,"m","NotSupported","no",{"a":1}]', version)).toEqual({
      type: 'error',
      messageId: 'm',
      code: 'NotSupported',
      description: 'no',
      details: { a: 1 },
    });
  });

  it('reads SEND and CALLRESULTERROR of 2.1', () => {
    expect(parseFrame('[6,"m","NotifyPeriodicEventStream",{}]', 'ocpp2.1')).toMatchObject({ type: 'send' });
    expect(parseFrame('[5,"m","FormatViolation","",{}]', 'ocpp2.1')).toMatchObject({
      type: 'resultError',
      code: 'FormatViolation',
    });
  });

  it.each([
    ['FormationViolation', 'FormatViolation'],
    ['FormatViolation', 'FormatViolation'],
    ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['OccurrenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['RpcFrameworkError', 'RpcFrameworkError'],
    ['Nonsense', 'GenericError'],
    ['toString', 'GenericError'],
  ])('understands the code %s whatever the version', (spelling, code) => {
    for (const version of subprotocols) {
      expect(parseFrame(`[4,"m","${spelling}","",{}]`, version)).toMatchObject({ code });
    }
  });

  it.each<[string, string, object, string]>([
    ['a byte order mark', '\ufeff[2,"m","Heartbeat",{}]', { messageId: 'm' }, 'frame-padding'],
    ['NUL characters at the end', '[2,"m","Heartbeat",{}]\0\0', { messageId: 'm' }, 'frame-padding'],
    ['a type that is text', '["2","m","Heartbeat",{}]', { messageId: 'm' }, 'type'],
    ['an id that is a number', '[2,1700000000000,"Heartbeat",{}]', { messageId: '1700000000000' }, 'id-number'],
    ['an id that no number holds', '[2, 12345678901234567890 ,"Heartbeat",{}]', {}, 'id-number'],
    ['no payload', '[2,"m","Heartbeat"]', { messageId: 'm' }, 'payload-absent'],
    ['a payload that is null', '[2,"m","Heartbeat",null]', { messageId: 'm' }, 'payload-absent'],
    ['a payload as JSON text', '[2,"m","Heartbeat","{}"]', { messageId: 'm' }, 'payload-text'],
    ['an action in another case', '[2,"m","heartBeat",{}]', { messageId: 'm' }, 'action-spelling'],
    ['an action with a tail', '[2,"m","Heartbeat \\u0000",{}]', { messageId: 'm' }, 'action-spelling'],
    ['an element too many', '[2,"m","Heartbeat",{},null]', { messageId: 'm' }, 'frame-long'],
    ['an id of 38 characters', `[2,"${braced}","Heartbeat",{}]`, { messageId: braced }, 'id-long'],
  ])('reads %s', (_case, text, more, rule) => {
    const call = { type: 'call', action: 'Heartbeat', payload: {}, deviations: [{ rule }], ...more };
    for (const version of subprotocols) expect(parseFrame(text, version)).toMatchObject(call);
  });

  it('reads the text of a binary frame, and no bytes that are none', () => {
    const call = '[2,"m","Authorize",{"idTag":"ä"}]';
    const read = (bytes: Buffer) => subprotocols.map((version) => parseBinaryFrame(bytes, version));
    for (const frame of read(Buffer.from(call)))
      expect(frame).toMatchObject({ type: 'call', payload: { idTag: 'ä' }, deviations: [{ rule: 'frame-binary' }] });
    for (const frame of read(Buffer.from(call, 'latin1')))
      expect(frame).toMatchObject({ type: 'malformed', answer: { messageId: '-1', code: 'RpcFrameworkError' } });
    expect(parseBinaryFrame(Buffer.from(`\ufeff${call}`), 'ocpp1.6')).toMatchObject({
      deviations: [{ rule: 'frame-padding' }, { rule: 'frame-binary' }],
    });
    expect(parseBinaryFrame(Buffer.from(call), 'ocpp1.6', { lengthMax: 8, depthMax: 8 })).toMatchObject({
      reason: 'the message is too long',
    });
  });

  it.each(['""', '" "', '"{7f3c}"', '"ä/\\u0000"', '7', '-7', '7.0', '1e3', '12345678901234567890'])(
    'answers the id %s as it came',
    (id) => {
      for (const version of subprotocols) {
        const call = parseFrame(`[2,${id},"Heartbeat",{}]`, version) as Frame;
        const { messageId, numericId } = call;
        const about = { messageId, ...(numericId ? { numericId } : {}) };
        const written = (frame: Frame) =>
          /^\[\d,(.*?),(?:\{\}\]|"GenericError)/.exec(serialiseFrame(frame, version))?.[1];
        expect(written({ type: 'result', ...about, payload: {} })).toBe(id);
        expect(written(refusal('error', about, new OcppError('GenericError')))).toBe(id);
      }
    },
  );

  it.each(['""', '"no"', 'null', '[]', '7', '{"why":"no"}'])(
    'ends a CALL by an error with the details %s',
    (details) => {
      const frame = parseFrame(`[4,"m","TypeConstraintViolation","",${details}]`, 'ocpp1.6');
      expect(frame).toMatchObject({ type: 'error', messageId: 'm', code: 'TypeConstraintViolation' });
    },
  );

  it('takes an error without description or details, so that the CALL it answers can end', () => {
    expect(parseFrame('[4,"m"]', 'ocpp1.6')).toMatchObject({ type: 'error', code: 'GenericError', details: {} });
    expect(parseFrame('[4,"m","NotSupported",null,null]', 'ocpp1.6')).toMatchObject({ description: '', details: {} });
  });

  it.each<[string, string, Subprotocol, string, string]>([
    ['no JSON', '[2,', 'ocpp2.0.1', '-1', 'RpcFrameworkError'],
    ['no array', '{"a":1}', 'ocpp2.0.1', '-1', 'RpcFrameworkError'],
    ['an id that is an object', '[2,{},"A",{}]', 'ocpp2.0.1', '-1', 'RpcFrameworkError'],
    ['an id of 256 digits', `[2,${'7'.repeat(256)},"A",{}]`, 'ocpp2.0.1', '-1', 'RpcFrameworkError'],
    ['an id of 256 characters', `[2,"${'x'.repeat(256)}","A",{}]`, 'ocpp2.0.1', '-1', 'RpcFrameworkError'],
    ['an action that is no text', '[2,"m",4,{}]', 'ocpp2.0.1', 'm', 'RpcFrameworkError'],
    ['an unknown type', '[9,"m","A",{}]', 'ocpp2.0.1', 'm', 'MessageTypeNotSupported'],
    ['an unknown type without an id', '[9]', 'ocpp2.1', '-1', 'MessageTypeNotSupported'],
    ['SEND before 2.1', '[6,"m","A",{}]', 'ocpp2.0.1', 'm', 'MessageTypeNotSupported'],
    ['a deep structure', deep(40), 'ocpp1.6', '-1', 'RpcFrameworkError'],
    ['a bottomless structure', '['.repeat(200_000), 'ocpp1.6', '-1', 'RpcFrameworkError'],
    ['a long text', `"${'x'.repeat(frameLimits.lengthMax)}"`, 'ocpp1.6', '-1', 'RpcFrameworkError'],
  ])('refuses %s', (_case, text, version, messageId, code) => {
    const frame = parseFrame(text, version);
    expect(frame).toMatchObject({ type: 'malformed', answer: { type: 'error', messageId, code, details: {} } });
  });

  it.each(['null', '{}', '[]', `"${'x'.repeat(256)}"`])(
    'reads a message whose id is %s, and knows that it is none',
    (id) => {
      for (const version of subprotocols)
        expect(parseFrame(`[2,${id},"Heartbeat",{}]`, version)).toMatchObject({
          ...{ type: 'call', messageId: '-1', unreadableId: true },
          deviations: [{ rule: 'id-unreadable' }],
        });
    },
  );

  it('takes brackets inside text for text', () => {
    const payload = { data: '[{"\\'.repeat(40) };
    expect(parseFrame(JSON.stringify([2, 'm', 'A', payload]), 'ocpp1.6')).toMatchObject({ type: 'call', payload });
  });

  it.each(['[9,"m","A",{}]', '[6,"m","A",{}]', '[5,"m","A","",{}]'])('ignores %s in 1.6', (text) => {
    const frame = parseFrame(text, 'ocpp1.6');
    expect(frame).toMatchObject({ type: 'malformed' });
    expect(frame).not.toHaveProperty('answer');
  });

  it.each([
    ['[3,"m",{"status":"Accepted"},{}]'],
    ['[3,"m","Accepted"]'],
    ['[3,"m","{\\"status\\":\\"Accepted\\"}"]'],
    ['[3,"m","ClearCache",{"status":"Accepted"}]'],
  ])('reads the answer %s', (text) => {
    for (const version of subprotocols)
      expect(parseFrame(text, version)).toMatchObject({ type: 'result', payload: { status: 'Accepted' } });
  });

  it.each([
    ['a payload that is a list', '[2,"m","StopTransaction",[]]', []],
    ['a payload that is text', '[2,"m","StopTransaction","stop"]', ['stop']],
    ['a payload that is a number', '[2,"m","StopTransaction",7]', [7]],
    ['a payload that is no JSON', '[2,"m","StopTransaction",{"meterStop":NaN}]', ['{"meterStop":NaN}]']],
  ])('leaves %s to its action', (_case, text, payload) => {
    expect(parseFrame(text, 'ocpp1.6')).toMatchObject({ type: 'call', messageId: 'm', payload });
  });

  it('never answers a broken SEND', () => {
    for (const text of ['[6,{},"A",{}]', '[6,"m",[],{}]', '[6]']) {
      expect(parseFrame(text, 'ocpp2.1')).not.toHaveProperty('answer');
    }
  });

  it('never answers an error, whatever it looks like', () => {
    for (const text of ['[4]', '[4,7]', '[4,"m",{},[],7]', `[4,"${'x'.repeat(99)}"]`]) {
      for (const version of subprotocols) expect(parseFrame(text, version)).not.toHaveProperty('answer');
    }
  });
});

describe('writing a frame', () => {
  const error = new OcppError('OccurrenceConstraintViolation', 'd'.repeat(400));

  it.each<[Subprotocol, string]>([
    ['ocpp1.6', 'OccurenceConstraintViolation'],
    ['ocpp2.0.1', 'OccurrenceConstraintViolation'],
  ])(
    'spells codes as %s does, with at most 255 characters of description and details that are never null',
    (version, code) => {
      const text = serialiseFrame(refusal('error', { messageId: 'm' }, error), version);
      expect(JSON.parse(text)).toEqual([4, 'm', code, 'd'.repeat(255), {}]);
    },
  );

  it('reads back what it wrote', () => {
    const frames = [
      { type: 'call', messageId: 'm', action: 'Heartbeat', payload: {} },
      { type: 'send', messageId: 'm', action: 'NotifyPeriodicEventStream', payload: { id: 1 } },
      { type: 'result', messageId: 'm', payload: { a: [1] } },
      refusal('resultError', { messageId: 'm' }, new OcppError('FormatViolation', 'no')),
    ] as const;
    for (const frame of frames) expect(parseFrame(serialiseFrame(frame, 'ocpp2.1'), 'ocpp2.1')).toEqual(frame);
  });
});

describe('a hostile text', () => {
  it('is always either read or refused, whatever is in it', () => {
    const next = random(20260105);
    const seeds = [
      '[2,"id-1","Heartbeat",{"a":[1,"b"]}]',
      '[3,"id-1",{"a":null}]',
      '[4,"id-1","X","y",{}]',
      '[6,"i","A",{}]',
    ];
    const alphabet = '[]{}",:\\0123456789-eE.nulltruefalse\u0000\ud800\u20ac ';
    for (let round = 0; round < 20_000; round++) {
      const chars = [...(seeds[round % seeds.length] ?? '')];
      for (let edit = 0; edit <= next() * 6; edit++) {
        const at = Math.floor(next() * chars.length);
        chars.splice(at, Math.floor(next() * 3), alphabet[Math.floor(next() * alphabet.length)] ?? '');
      }
      for (const version of subprotocols) {
        const frame = parseFrame(chars.join(''), version);
        if (frame.type !== 'malformed') expect(frame.messageId.length).toBeLessThanOrEqual(255);
        else if (frame.answer) expect(() => serialiseFrame(frame.answer as never, version)).not.toThrow();
      }
    }
  });
});
