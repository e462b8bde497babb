import { formatAmount, parseDecimal } from '@chargemesh/money';
import { fromMinor } from '../minor-units.js';
import type { SandboxCheckout } from './sandbox.store.js';

/** The page has no script, and sends its forms here alone. */
export const SANDBOX_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE = `:root{color-scheme:light dark}
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:26rem;margin:2.5rem auto;padding:0 1.25rem}
h1{font-size:1.4rem;line-height:1.25}
button{font:inherit;font-weight:600;display:block;width:100%;padding:.85rem;margin:.8rem 0;border:2px solid;border-radius:.75rem;background:none;cursor:pointer}`;

/** The sandbox's page: what a driver would see at a real provider, with a button for each outcome. */
export function sandboxHtml({ amount, currency, challenged }: SandboxCheckout, digits: number): string {
  const shown = `${formatAmount(parseDecimal(fromMinor(amount, digits)), currency)} ${currency}`;
  const step = challenged ? 'Your bank asks you to confirm this payment (3-D Secure).' : 'Choose what happens.';
  const challenge = challenged ? '' : button('challenge', 'Ask for 3-D Secure');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>Sandbox payment</title><style>${STYLE}</style></head>
<body>
<main>
<h1>Sandbox: no money is taken</h1>
<p>${shown} would be held at a card. ${step}</p>
<form method="post">${button('approve', 'Approve')}${button('decline', 'Decline')}${challenge}</form>
</main>
</body>
</html>
`;
}

function button(outcome: string, label: string): string {
  return `<button name="outcome" value="${outcome}">${label}</button>`;
}
