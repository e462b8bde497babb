import { WAITED_S, histogram, metric } from './metric.js';

const version = { 'ocpp.version': '1.6, 2.0.1 or 2.1' };
const action = { 'ocpp.action': 'of the version; `other` for what a station makes up' };

export const stationsConnected = metric({
  kind: 'level',
  name: 'chargemesh.ocpp.stations.connected',
  unit: '{station}',
  description: 'Stations whose socket the process holds',
  attributes: { 'chargemesh.operator.id': 'whose they are; `other` beyond the 200 that a process tells apart' },
});
export const handshakes = metric({
  kind: 'counter',
  name: 'chargemesh.ocpp.handshakes',
  unit: '{handshake}',
  description: 'WebSocket handshakes of stations',
  attributes: { 'http.response.status_code': '101 for an accepted one; 503 asks the station to come again' },
});
export const answers = histogram({
  name: 'chargemesh.ocpp.answer.duration',
  unit: 's',
  description: "From a station's message to its answer; its count is the number of messages",
  attributes: {
    ...version,
    ...action,
    'chargemesh.ocpp.result': 'answered, refused, or unanswered because it could not be made durable',
  },
  buckets: WAITED_S,
});
export const commands = histogram({
  name: 'chargemesh.ocpp.command.duration',
  unit: 's',
  description: 'From a command to what became of it at the station',
  attributes: {
    'ocpp.version': version['ocpp.version'],
    'chargemesh.command.name': 'as in the event',
    'chargemesh.command.status': 'accepted, rejected, timeout, …',
  },
  buckets: WAITED_S,
});
export const lenient = metric({
  kind: 'counter',
  name: 'chargemesh.ocpp.messages.lenient',
  unit: '{message}',
  description: 'Messages that fit no schema and were read by a rule of leniency',
  attributes: { ...version, ...action, 'chargemesh.ocpp.rule': 'of ADR 16' },
});
export const quarantined = metric({
  kind: 'counter',
  name: 'chargemesh.ocpp.messages.quarantined',
  unit: '{message}',
  description: 'Transaction messages without a readable meaning, which were kept for a person',
  attributes: { ...version, ...action },
});
export const quarantineOpen = metric({
  kind: 'gauge',
  name: 'chargemesh.ocpp.quarantine.open',
  unit: '{message}',
  description: 'Messages in quarantine that wait for a person; every process says it',
});
export const incidents = metric({
  kind: 'counter',
  name: 'chargemesh.ocpp.station.incidents',
  unit: '{incident}',
  description: 'What is odd about the connections of stations',
  attributes: {
    'chargemesh.incident.kind': 'wrong-password, taken-over, message-too-large, no-common-version or other-version',
  },
});
