import type { PaymentEventType } from './payment.events.js';
import { type Rule, machine } from './payment.machine.js';
import { PAYMENT_STATES, type PaymentState } from './payment.states.js';

const INTRODUCTION = `# The states of a payment

Made by \`npm run pages\` from \`apps/payments/src/payments/payment.machine.ts\`, which is what the code goes by
([ADR 31](adr/0031-ad-hoc-payment.md)). An event that a state does not name here is noted, and changes nothing. Behind an event: in brackets
what must hold, and behind the slash what is done; of several rules the first that holds applies. \`stop\` is a request to the station,
\`settle\` the receipt; \`capture\`, \`release\` and \`refund\` are calls to the provider, whose state is read before each of them.`;

/** `docs/payments-states.md`. */
export function statesPage(): string {
  const rules = PAYMENT_STATES.flatMap(rulesOf);
  const moves = rules.filter(({ from, to }) => to !== undefined && to !== from);
  const arrows = moves.map(
    ({ from, to, event, rule }) => `  ${id(from)} --> ${id(to ?? from)}: ${labelOf(event, rule)}`,
  );
  const names = PAYMENT_STATES.map((state) => `  state "${state}" as ${id(state)}`);
  const diagram = ['```mermaid', 'stateDiagram-v2', ...names, '  [*] --> authorizing', ...arrows, '```'];
  const rows = rules.map(({ from, to, event, rule }) => [from, event, rule.when ?? '', to ?? '', effectsOf(rule)]);
  return `${INTRODUCTION}\n\n${diagram.join('\n')}\n\n${table(['in', 'event', 'when', 'goes to', 'and does'], rows)}\n`;
}

interface Row {
  readonly from: PaymentState;
  readonly to: PaymentState | undefined;
  readonly event: PaymentEventType;
  readonly rule: Rule;
}

function rulesOf(from: PaymentState): Row[] {
  const events = Object.entries(machine[from]) as [PaymentEventType, readonly Rule[]][];
  return events.flatMap(([event, rules]) => rules.map((rule) => ({ from, event, rule, to: rule.to })));
}

/** Mermaid takes no hyphens in the names of states. */
function id(state: PaymentState): string {
  return state.replaceAll('-', '_');
}

function labelOf(event: PaymentEventType, rule: Rule): string {
  const effects = effectsOf(rule);
  return `${event}${rule.when === undefined ? '' : ` [${rule.when}]`}${effects && ` / ${effects}`}`;
}

function effectsOf({ stop, effects = [] }: Rule): string {
  return [...(stop === undefined ? [] : [`stop (${stop})`]), ...effects].join(', ');
}

/** As the formatter would have it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
