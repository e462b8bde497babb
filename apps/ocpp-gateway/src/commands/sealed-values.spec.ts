import { type Command, sealContextOf } from '@chargemesh/contracts';
import { SecretBox } from '@chargemesh/service';
import { expect, it } from '@jest/globals';
import { concealed, openedCommand } from './sealed-values.js';

const box = new SecretBox('tests', 'a key of tests, which is long enough');
const variable = { component: 'WebPaymentsCtrlr', variable: 'SharedSecret' };
const sealedFor = (stationId: string) =>
  box.seal('told to nobody', sealContextOf(stationId, variable)).toString('base64url');
const set = (value: string): Command => ({
  name: 'SetVariables',
  variables: [
    { ...variable, value, sealed: true },
    { component: 'WebPaymentsCtrlr', variable: 'Length', value: '12' },
  ],
});

it('a sealed value is opened for its station, and what is not sealed stays as it is', () => {
  expect(openedCommand(set(sealedFor('CS-1')), 'CS-1', box)).toEqual({
    secrets: ['told to nobody'],
    command: {
      name: 'SetVariables',
      variables: [
        { ...variable, value: 'told to nobody' },
        { component: 'WebPaymentsCtrlr', variable: 'Length', value: '12' },
      ],
    },
  });
  const reset: Command = { name: 'Reset', kind: 'OnIdle' };
  expect(openedCommand(reset, 'CS-1', box)).toEqual({ command: reset, secrets: [] });
});

it.each([sealedFor('CS-2'), 'AAAA', '', 'told to nobody'])('%s is no value of this station', (value) => {
  expect(openedCommand(set(value), 'CS-1', box)).toBeUndefined();
});

it('what a station says of a secret does not repeat it', () => {
  const said = { detail: 'a"b is too short', answer: { words: ['Rejected', 'a"b'] } };
  expect(concealed(said, ['a"b'])).toEqual({ detail: '*** is too short', answer: { words: ['Rejected', '***'] } });
  expect(concealed(said, [])).toBe(said);
});
