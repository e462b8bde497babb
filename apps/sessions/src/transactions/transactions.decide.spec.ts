import { describe, expect, it } from '@jest/globals';
import type { DataOf, SessionFinalized, StationEvent } from '@chargemesh/contracts';
import { DependencyMissing } from '@chargemesh/messaging';
import { random, shuffled } from '@chargemesh/testing/random';
import { DEFAULT_BELIEFS } from '../finalization/limit.js';
import { OPERATOR_ID, at, available, booted, ended, occupied, register, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { evse, referenceData } from '../testing/reference-data.js';

type Final = DataOf<typeof SessionFinalized>;

const NOW = at('12:00');
const play = (...given: ConstructorParameters<typeof Play> extends [string, ...infer Rest] ? Rest : never) =>
  new Play(NOW, ...given);
const typesOf = ({ told }: Play): string[] => told.map(({ type }) => type);

describe('a session in its usual course', () => {
  it('is told when it starts, when energy has flowed, when it ends and when it is final', () => {
    const story = play().each(started(at('10:00'), 1_000), updated(at('10:15'), 3_000), ended(at('10:30'), 5_000));
    story.after(5);
    expect(typesOf(story)).toEqual(['session-started', 'session-updated', 'session-ended', 'session-finalized']);
    expect(story.told.map(({ data }) => data['version'])).toEqual([1, 2, 3, 4]);
    expect(story.of('session-finalized')).toMatchObject([
      {
        startedAt: at('10:00'),
        endedAt: at('10:30'),
        energyWh: 4_000,
        reason: 'Local',
        token: { uid: 'CARD1', contractId: 'DE-ABC-C1' },
        connector: { evseUid: 'CS-1-1' },
        flags: [],
      },
    ]);
  });

  it('tells of energy once a batch, and not when none has flowed', () => {
    const story = play().batch(started(at('10:00'), 1_000), updated(at('10:10'), 1_500), updated(at('10:20'), 2_000));
    story.each(updated(at('10:21'), 2_000), updated(at('10:22'), null));
    expect(story.of('session-updated')).toMatchObject([{ energyWh: 1_000, at: at('10:20') }]);
  });

  it('does not end again when the same end comes once more', () => {
    const story = play().each(started(at('10:00'), 0), ended(at('10:30'), 500), ended(at('10:30'), 500));
    expect(story.of('session-ended')).toHaveLength(1);
  });

  it('gives two transactions at one station a session each', () => {
    const other = { transactionId: '2', evseId: 2 };
    const story = play().batch(
      started(at('10:00'), 0),
      started(at('10:00'), 0, other),
      ended(at('10:30'), 100),
      ended(at('10:30'), 200, other),
    );
    story.after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { transactionId: '1', evseId: 1, energyWh: 100 },
      { transactionId: '2', evseId: 2, energyWh: 200 },
    ]);
  });
});

describe('facts that come in another order', () => {
  it('keeps a stop before its start as a pending session, and tells nothing of it', () => {
    const story = play()
      .each(updated(at('10:15'), 2_000), ended(at('10:30'), 3_000))
      .after(86_400);
    expect(story.session()).toMatchObject({ status: 'pending', finalDueAt: null });
    expect(story.told).toEqual([]);
  });

  it('makes the session whole when the start comes at last', () => {
    const story = play()
      .each(ended(at('10:30'), 3_000), started(at('10:00'), 1_000))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([{ startedAt: at('10:00'), energyWh: 2_000 }]);
  });

  it('is final at once when no sequence number is missing', () => {
    const story = play().each(
      started(at('10:00'), 0, { seqNo: 0 }),
      ended(at('10:30'), 900, { seqNo: 2 }),
      updated(at('10:15'), 500, { seqNo: 1 }),
    );
    expect(story.session().finalDueAt).toEqual(new Date(NOW));
  });

  it('waits for a gap to be closed, and says so when it never is', () => {
    const facts = [started(at('10:00'), 0, { seqNo: 0 }), ended(at('10:30'), 900, { seqNo: 2 })];
    const closed = play()
      .each(...facts)
      .after(899);
    expect(closed.session().status).toBe('ended');
    closed.each(updated(at('10:15'), 500, { seqNo: 1 })).after(0);
    const open = play()
      .each(...facts)
      .after(900);
    expect(closed.of('session-finalized')).toMatchObject([{ energyWh: 900, flags: [] }]);
    expect(open.of('session-finalized')).toMatchObject([{ energyWh: 900, flags: ['gap'] }]);
  });

  it('counts quiet from when facts arrive here, so that a backlog is not cut off', () => {
    const received = { receivedAt: at('08:00') };
    const story = play()
      .each(started(at('07:00'), 0, received), ended(at('07:30'), 900, received))
      .after(4);
    expect(story.session().status).toBe('ended');
    story.each(updated(at('07:15'), 400, received)).after(4);
    expect(story.session().status).toBe('ended');
    expect(story.after(1).session()).toMatchObject({ status: 'finalized', lateFacts: 0 });
  });

  it('takes the data of a retried stop once', () => {
    const data = { samples: [register(at('10:15'), 600), register(at('10:30'), 900, 'Transaction.End')] };
    const story = play().each(
      started(at('10:00'), 100),
      updated(at('10:15'), 600),
      ended(at('10:30'), null, data),
      ended(at('10:30'), null, { ...data, receivedAt: at('10:45'), epoch: 2 }),
    );
    expect(story.after(5).of('session-finalized')).toMatchObject([{ energyWh: 800, endedAt: at('10:30') }]);
  });

  it('takes the earlier of two starts and the later of two ends', () => {
    const story = play().each(
      started(at('10:01'), 10),
      started(at('10:00'), 0),
      ended(at('10:30'), 900, { stoppedReason: 'EVDisconnected' }),
      ended(at('10:20'), 700),
    );
    expect(story.after(5).of('session-finalized')).toMatchObject([
      { startedAt: at('10:00'), endedAt: at('10:30'), energyWh: 900, reason: 'EVDisconnected' },
    ]);
  });
});

describe('an end that nobody reported', () => {
  const running = () => play().each(started(at('10:00'), 0), updated(at('10:15'), 500));

  it.each([
    ['when the connector became free', available(at('10:20')), '10:20'],
    ['where the station boots later, at the last that was heard', booted(at('10:20')), '10:15'],
    ['where another one starts on the EVSE later, so too', started(at('10:20'), 900, { transactionId: '2' }), '10:15'],
  ])('is inferred %s', (_, signal, endedAt) => {
    const story = running().each(signal);
    expect(story.session()).toMatchObject({ status: 'ended', endedAt: new Date(at(endedAt)) });
    expect(story.after(599).session().status).toBe('ended');
    expect(story.after(1).of('session-finalized')).toMatchObject([
      { endedAt: at(endedAt), energyWh: 500, reason: 'Other', flags: ['end-inferred', 'no-end-value'] },
    ]);
  });

  it.each<[string, string, StationEvent[]]>([
    ['when the connector was free first', '10:20', [available(at('10:20')), available(at('11:40'))]],
    ['so too where that is told last', '10:20', [available(at('11:40')), available(at('10:20'))]],
    [
      'at the last that was heard, where the station says free after a boot',
      '10:15',
      [booted(at('11:39')), available(at('11:40'))],
    ],
    [
      'so too where it had another one meanwhile',
      '10:15',
      [
        started(at('11:00'), 900, { transactionId: '2' }),
        ended(at('11:30'), 900, { transactionId: '2' }),
        available(at('11:40')),
      ],
    ],
    [
      'when the connector was free before the boot',
      '10:20',
      [available(at('10:20')), booted(at('11:39')), available(at('11:40'))],
    ],
    ['when an offline station says that it was', '10:20', [available(at('10:20'), { receivedAt: at('11:55') })]],
  ])('lies %s', (_, endedAt, signals) => {
    for (const events of [
      [started(at('10:00'), 0), updated(at('10:15'), 500), ...signals],
      [...signals, started(at('10:00'), 0), updated(at('10:15'), 500)],
    ])
      expect(
        play()
          .each(...events)
          .after(600)
          .of('session-finalized')
          .filter(({ transactionId }) => transactionId === '1'),
      ).toMatchObject([{ endedAt: at(endedAt) }]);
  });

  it('lies so to the second where a station tells after a boot what was before', () => {
    const late = { receivedAt: at('11:00:10') };
    const story = play().each(booted(at('11:00')), started(at('10:00'), 0, late), updated(at('10:15'), 500, late));
    expect(story.session().status).toBe('ended');
    story.each(available(at('10:20:33'), late)).after(600);
    expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('10:20:33'), energyWh: 500 }]);
  });

  it('makes no parking of the time in which nobody read the register', () => {
    const story = running()
      .each(available(at('11:00')))
      .after(600);
    expect(story.of('session-finalized')).toMatchObject([
      {
        periods: [
          { endedAt: at('10:15'), energyWh: 500, kind: 'charging' },
          { endedAt: at('11:00'), energyWh: 0, kind: 'charging' },
        ],
      },
    ]);
  });

  it.each([
    ['another connector of the EVSE is free', available(at('10:20'), { connectorId: 2 })],
    ['another EVSE is free', available(at('10:20'), { evseId: 2 })],
    ['the station as a whole is available', available(at('10:20'), { evseId: 0, connectorId: 0 })],
    ['the connector was free before it started', available(at('09:59'))],
    ['a boot was before it started', booted(at('09:00'))],
    ['something newer was heard of it', available(at('10:10'))],
  ])('is not inferred when %s', (_, signal) => {
    expect(running().each(signal).session()).toMatchObject({ status: 'active', finalDueAt: null });
  });

  it('is not inferred when a station whose clock is a little behind boots and starts', () => {
    const story = play().each(booted(at('10:00:30')), started(at('10:00'), 0, { receivedAt: at('10:00:31') }));
    expect(story.session().status).toBe('active');
    expect(story.of('session-ended')).toEqual([]);
  });

  it('is inferred when a station tells after a boot what it started before', () => {
    const story = play().each(booted(at('10:20')), started(at('10:00'), 0, { receivedAt: at('10:21') }));
    expect(story.session().status).toBe('ended');
  });

  it('is inferred as well when the sign came first', () => {
    const story = play().each(available(at('10:20')), started(at('10:00'), 0), updated(at('10:15'), 500));
    expect(story.after(600).of('session-finalized')).toMatchObject([{ endedAt: at('10:20'), energyWh: 500 }]);
  });

  it('gives way to the real stop', () => {
    const story = running()
      .each(available(at('10:20')), ended(at('10:19'), 700))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('10:19'), energyWh: 700, flags: [] }]);
  });

  it('is taken back when the transaction goes on', () => {
    const story = running().each(booted(at('10:20')), updated(at('10:25'), 800));
    expect(story.session()).toMatchObject({ status: 'active', endedAt: null, finalDueAt: null });
    expect(
      story
        .each(ended(at('10:30'), 900))
        .after(5)
        .of('session-finalized'),
    ).toMatchObject([{ energyWh: 900 }]);
  });

  describe('of a connector that says that it is in use', () => {
    const charging = (time: string, detail = 'Charging') =>
      available(at(time), { status: 'Occupied', detail, messageId: `${detail} ${time}` });

    it.each(['Charging', 'SuspendedEV', 'SuspendedEVSE', undefined])('is not inferred from a boot: %s', (detail) => {
      const said = available(at('10:01'), { status: 'Occupied', ...(detail ? { detail } : {}) });
      const story = play().each(started(at('10:00'), 0), said, booted(at('10:20')));
      expect(story.session()).toMatchObject({ status: 'active', finalDueAt: null });
      expect(story.after(3_600).of('session-ended')).toEqual([]);
      const finals = story
        .each(ended(at('11:30'), 9_000))
        .after(5)
        .of('session-finalized');
      expect(finals).toMatchObject([{ endedAt: at('11:30'), energyWh: 9_000, flags: [] }]);
    });

    it('is taken back when it says so after the boot', () => {
      const story = running().each(booted(at('10:20')));
      expect(story.session().status).toBe('ended');
      expect(story.each(charging('10:21')).session()).toMatchObject({
        status: 'active',
        endedAt: null,
        finalDueAt: null,
      });
    });

    it.each(['Preparing', 'Finishing', 'Faulted'])(
      'is inferred from a boot all the same when it last said %s',
      (word) => {
        expect(
          running()
            .each(charging('10:16'), charging('10:17', word), booted(at('10:20')))
            .session().status,
        ).toBe('ended');
      },
    );

    it('is inferred from a boot when it said so of an earlier session only', () => {
      const story = play().each(charging('09:00'), started(at('10:00'), 0), booted(at('10:20')));
      expect(story.session().status).toBe('ended');
    });

    it.each(['Charging', 'SuspendedEV', 'SuspendedEVSE'])('is taken back when it says %s after it was free', (word) => {
      const story = running()
        .each(available(at('10:20')), charging('10:25', word))
        .after(3_600);
      expect(story.session()).toMatchObject({ status: 'active', endedAt: null, finalDueAt: null });
      story.each(ended(at('11:30'), 9_000)).after(5);
      expect(story.of('session-finalized')).toMatchObject([{ endedAt: at('11:30'), energyWh: 9_000, flags: [] }]);
    });

    it.each<[string, StationEvent[]]>([
      ['another one starts', [started(at('10:26'), 500, { transactionId: '2' })]],
      ['it is free again', [available(at('11:00'))]],
      ['it is free again after a boot', [booted(at('10:50')), available(at('11:00'))]],
    ])('lies where it was free first when %s after that', (_, events) => {
      const story = running().each(available(at('10:20:30')), charging('10:25'), ...events);
      expect(story.after(600).of('session-finalized')).toMatchObject([{ endedAt: at('10:20:30'), energyWh: 500 }]);
    });

    it('is not taken back by a cable of OCPP 2.x that is plugged in after it was free', () => {
      const story = running().each(available(at('10:20')), occupied(at('10:25')));
      expect(story.session()).toMatchObject({ status: 'ended', endedAt: new Date(at('10:20')) });
    });

    it('is not taken back for the next car where the session is held by then', () => {
      const story = play()
        .each(started(at('10:00'), 0), available(at('10:20')))
        .after(600);
      expect(story.each(charging('11:00')).session()).toMatchObject({ status: 'held', endedAt: new Date(at('10:20')) });
    });
  });

  it('is not put off by further signs', () => {
    const story = running().each(available(at('10:20')));
    story
      .after(300)
      .each(available(at('10:40')), booted(at('10:41')))
      .after(300);
    expect(story.session().status).toBe('finalized');
  });
});

describe('the time of a session', () => {
  it('is that of the station, however late an offline one tells of it', () => {
    const late = { receivedAt: at('11:55'), offline: true };
    const story = play()
      .each(started(at('10:00'), 0, late), ended(at('10:30'), 900, late))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { startedAt: at('10:00'), receivedAt: at('11:55'), endedAt: at('10:30'), flags: [] },
    ]);
  });

  it.each([
    ['stands in 1970', '1970-01-01', ['clock-implausible']],
    ['is a day ahead', '2026-03-03', ['clock-ahead', 'clock-far-ahead']],
    ['stands in 9999', '9999-12-30', ['clock-ahead', 'clock-far-ahead']],
  ])('counts from when the start arrived if the clock %s', (_, day, flags) => {
    const [start, middle, end] = ['11:00', '11:15', '11:30'].map((time) => `${day}T${time}:00.000Z`) as [
      ...[string, string, string],
    ];
    const story = play().each(
      started(start, 0, { receivedAt: at('10:00') }),
      updated(middle, 500, { receivedAt: at('10:15') }),
      ended(end, 900, { receivedAt: at('10:30') }),
    );
    expect(story.after(5).of('session-finalized')).toMatchObject([
      {
        startedAt: at('10:00'),
        endedAt: at('10:30'),
        energyWh: 900,
        flags,
        periods: [
          { startedAt: at('10:00'), endedAt: at('10:15'), energyWh: 500 },
          { startedAt: at('10:15'), endedAt: at('10:30'), energyWh: 400 },
        ],
      },
    ]);
  });

  it.each([
    ['behind', '1970-01-01T00:00:00.000Z'],
    ['ahead', '2026-03-04T11:00:00.000Z'],
  ])('goes on in true time when a clock that was %s is set right', (_, start) => {
    const story = play().each(
      started(start, 0, { receivedAt: at('10:00') }),
      updated(at('10:15'), 500),
      ended(at('10:30'), 900),
    );
    expect(story.after(5).of('session-finalized')).toMatchObject([
      { startedAt: at('10:00'), endedAt: at('10:30'), energyWh: 900, periods: [{ energyWh: 500 }, { energyWh: 400 }] },
    ]);
  });

  it('ends when the end arrived if its time cannot be true', () => {
    const story = play().each(
      started(at('10:00'), 0),
      ended('2031-01-01T00:00:00.000Z', 900, { receivedAt: at('10:30') }),
    );
    expect(story.after(5).of('session-finalized')).toMatchObject([{ endedAt: at('10:30') }]);
  });

  it.each([
    ['an hour and a half', '2026-03-02T09:00:00.000Z'],
    ['a month', '2026-02-01T09:00:00.000Z'],
  ])('ends when the end arrived if the clock was set back by %s after a start that was told at once', (_, end) => {
    const story = play()
      .each(started(at('10:00'), 0), updated(at('10:20'), 3_000), ended(end, 9_000, { receivedAt: at('10:30') }))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { startedAt: at('10:00'), endedAt: at('10:30'), energyWh: 9_000, flags: ['clock-implausible'] },
    ]);
  });

  it('never starts after it ends', () => {
    const story = play()
      .each(started(at('10:00'), 0), ended(at('09:59'), 0))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { startedAt: at('09:59'), endedAt: at('09:59'), flags: expect.arrayContaining(['clock-implausible']) },
    ]);
  });

  it.each([
    ['two hours', '12:00', '10:00', '11:00'],
    ['two minutes', '10:02', '10:00', '10:01'],
    ['ten seconds', '10:00:10', '10:00', '10:00:05'],
  ])('starts when the start arrived if the clock was %s ahead at the start only', (_, claimed, start, end) => {
    const story = play()
      .each(started(at(claimed), 1_000, { receivedAt: at(start) }), ended(at(end), 1_400))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { startedAt: at(start), endedAt: at(end), energyWh: 400, flags: expect.arrayContaining(['clock-ahead']) },
    ]);
  });

  it('moves what was measured with its clock, and a single value of the future to its arrival', () => {
    const samples = [register(at('11:10'), 100), register(at('11:20'), 200), register('2099-01-01T00:00:00.000Z', 300)];
    const story = play()
      .each(
        started(at('11:00'), 0, { receivedAt: at('10:00') }),
        updated(at('11:20'), null, { samples, receivedAt: at('10:20') }),
        ended(at('10:30'), 400),
      )
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      {
        startedAt: at('10:00'),
        endedAt: at('10:30'),
        periods: [{ endedAt: at('10:10') }, { endedAt: at('10:20') }, {}],
      },
    ]);
  });

  it('does not speak of a clock that is ahead by less than clocks differ', () => {
    const story = play()
      .each(started(at('10:00:03'), 0, { receivedAt: at('10:00') }), ended(at('10:30'), 400))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([{ startedAt: at('10:00'), flags: [] }]);
  });

  it('ends when the end arrived if that is stamped 1970', () => {
    const story = play()
      .each(started(at('10:00'), 0), ended('1970-01-01T00:00:00.000Z', 900, { receivedAt: at('10:30') }))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { endedAt: at('10:30'), flags: expect.arrayContaining(['clock-implausible']) },
    ]);
  });

  it('is in order and not of the future, however clocks jump, in whatever order its facts come', () => {
    const next = random(7);
    const minutes = (of: number) => new Date(Date.parse(at('10:00')) + of * 60_000).toISOString();
    const jump = () =>
      [0, 0, 2, 120, 60 * 25, -2, -120, -60 * 24 * 30, -60 * 24 * 400][Math.floor(next() * 9)] as number;
    for (let round = 0; round < 300; round++) {
      const events = [0, 10, 20, 30].map((minute, index) => {
        const more = { receivedAt: minutes(minute + Math.floor(next() * 3) * 5) };
        const time = minutes(minute + jump());
        if (index === 0) return started(time, 0, more);
        return index === 3 ? ended(time, 300, more) : updated(time, minute * 10, more);
      });
      const finals = [events, events.toReversed(), shuffled(events, next)].map(
        (order) =>
          play()
            .each(...order)
            .after(5)
            .of('session-finalized')[0] as unknown as Final,
      );
      expect(new Set(finals.map(({ startedAt, endedAt }) => `${startedAt} ${endedAt}`)).size).toBe(1);
      const [{ startedAt, endedAt, periods }] = finals as [Final];
      const [first, last] = [events[0], events[3]].map((event) => (event as StationEvent).data.receivedAt);
      expect([startedAt <= endedAt, startedAt <= String(first), endedAt <= String(last)]).toEqual([true, true, true]);
      expect([periods[0]?.startedAt, periods.at(-1)?.endedAt]).toEqual([startedAt, endedAt]);
    }
  });

  it('does not know the changes of local clocks', () => {
    const night = (time: string) => `2026-03-29T${time}:00.000Z`;
    const story = play()
      .each(started(night('00:30'), 0), ended(night('01:30'), 900))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([
      { periods: [{ startedAt: night('00:30'), endedAt: night('01:30') }] },
    ]);
  });
});

describe('who charges', () => {
  it('is asked for where nobody ever names a token, and need not be where the operator allows free starts', () => {
    const nobody = { idToken: undefined, trigger: 'CablePluggedIn' };
    const facts = [started(at('10:00'), 0, nobody), ended(at('10:30'), 900)];
    const held = play()
      .each(...facts)
      .after(5);
    expect(held.session()).toMatchObject({ status: 'held' });
    expect(held.of('session-held')).toMatchObject([{ reasons: ['no-token'] }]);
    const free = new Map([[OPERATOR_ID, { ...DEFAULT_BELIEFS, freeStarts: true }]]);
    const priced = play(referenceData(), [], free)
      .each(...facts)
      .after(5);
    expect(priced.of('session-finalized')).toMatchObject([{ energyWh: 900, flags: ['free-start'] }]);
    expect(priced.of('session-finalized')[0]).not.toHaveProperty('token');
  });

  it('is known by the token that comes after the cable', () => {
    const bare = { idToken: undefined, trigger: 'CablePluggedIn' };
    const card = { idToken: { value: 'CARD1', type: 'ISO14443' } };
    const story = play().each(
      started(at('10:00'), 0, bare),
      updated(at('10:01'), null, card),
      ended(at('10:30'), 900, { idToken: { value: 'OTHER', type: 'ISO14443' } }),
    );
    const [first, second, ...more] = story.of('session-started');
    expect(first).not.toHaveProperty('token');
    // Said again, so that the price is that of the driver while the session runs.
    expect(second).toEqual({
      ...first,
      version: expect.any(Number),
      startedAt: at('10:01'),
      token: expect.objectContaining({ uid: 'CARD1' }),
    });
    expect(second?.['version']).toBeGreaterThan(first?.['version'] as number);
    expect(more).toEqual([]);
    expect(story.after(5).of('session-finalized')).toMatchObject([{ token: { uid: 'CARD1' } }]);
  });

  it('is not said again by a token that comes after the first, or by the same one', () => {
    const card = { idToken: { value: 'CARD1', type: 'ISO14443' } };
    const other = { idToken: { value: 'OTHER', type: 'ISO14443' } };
    const story = play().each(
      started(at('10:00'), 0),
      updated(at('10:01'), 100, card),
      updated(at('10:02'), 200, other),
    );
    expect(story.of('session-started')).toHaveLength(1);
  });

  it('is said again where the session turns out to be elsewhere, or to have begun earlier', () => {
    const story = play().each(started(at('10:00'), 0, { evseId: undefined, connectorId: undefined }));
    story.each(updated(at('10:02'), null, { evseId: 1 }), updated(at('10:01'), null, { evseId: 2 }));
    story.each(started(at('09:58'), 0, { evseId: 2 }));
    expect(story.of('session-started')).toMatchObject([
      { evseId: 1, startedAt: at('10:00') },
      { evseId: 2, startedAt: at('10:00') },
      { evseId: 2, startedAt: at('09:58') },
    ]);
  });

  it('is the first token of several', () => {
    const other = { idToken: { value: 'OTHER', type: 'ISO14443' } };
    const story = play().each(updated(at('10:10'), null, other), started(at('10:00'), 0), ended(at('10:30'), 900));
    expect(story.after(5).of('session-finalized')).toMatchObject([{ token: { uid: 'CARD1' }, flags: [] }]);
  });

  it.each([
    ['ISO14443', 'RFID'],
    ['Central', 'APP_USER'],
    ['eMAID', 'EMAID'],
    ['NoAuthorization', 'OTHER'],
  ])('is kept with an unknown %s token as %s, and flagged', (type, kind) => {
    const story = play().each(started(at('10:00'), 0, { idToken: { value: 'NEW', type } }));
    expect(story.session()).toMatchObject({
      token: { uid: 'NEW', type: kind, partyId: 'ABC' },
      flags: ['token-unknown'],
    });
  });

  it('is kept with the reference that a payment terminal vouches for, which nobody has to enter', () => {
    const story = play().each(started(at('10:00'), 0, { idToken: { value: 'psp-1', type: 'DirectPayment' } }));
    expect(story.session()).toMatchObject({
      token: { uid: 'psp-1', type: 'AD_HOC_USER', partyId: 'ABC', direct: true },
      flags: [],
    });
  });

  it('says when the token was refused, or nobody was there to ask', () => {
    const refused = { authorization: { status: 'Blocked' as const, by: 'default' as const } };
    const story = play().each(started(at('10:00'), 0, refused));
    expect(story.session().flags).toEqual(['not-authorized', 'authorized-by-default']);
  });
});

describe('where a session is', () => {
  const nowhere = { evseId: undefined, connectorId: undefined };

  it('waits for a station that is not known here yet', () => {
    const empty = { ...referenceData([]), stations: new Map(), tokens: new Map() };
    expect(() => play(empty).each(started(at('10:00'), 0, { idToken: undefined }))).toThrow(DependencyMissing);
    expect(() => play({ ...referenceData(), locations: new Map() }).each(started(at('10:00'), 0))).toThrow(
      DependencyMissing,
    );
  });

  it('stays open while the station names no EVSE of its several', () => {
    const story = play().each(started(at('10:00'), 0, nowhere), updated(at('10:01'), 10));
    expect(story.session().status).toBe('pending');
    story.each(updated(at('10:02'), 20, { evseId: 2, connectorId: 1 }));
    expect(story.session()).toMatchObject({ status: 'active', evseId: 2, connector: { evseUid: 'CS-1-2' } });
    expect(story.of('session-started')).toMatchObject([{ evseId: 2 }]);
  });

  it('is the only EVSE of a station that names none', () => {
    const story = play(referenceData([evse(1)])).each(started(at('10:00'), 0, nowhere));
    expect(story.session()).toMatchObject({ status: 'active', evseId: 1 });
  });

  it('is the first EVSE of a session that ends without having named one', () => {
    const story = play()
      .each(started(at('10:00'), 0, nowhere), ended(at('10:01'), 0))
      .after(5);
    expect(story.of('session-finalized')).toMatchObject([{ evseId: 1 }]);
  });

  it('is kept for an EVSE that nobody has entered, and flagged', () => {
    const story = play().each(started(at('10:00'), 0, { evseId: 7 }));
    expect(story.session()).toMatchObject({ connector: { evseUid: 'CS-1*7' }, flags: ['evse-unknown'] });
  });

  it('is not the station-wide meter of 1.6', () => {
    const story = play().each(updated(at('10:01'), 10, { evseId: 0 }), started(at('10:02'), 0));
    expect(story.session()).toMatchObject({ status: 'active', evseId: 1 });
  });
});
