/**
 * Script of the API pages: who has authorized goes on after a reload, in that tab and no longer. Swagger UI's own way would
 * leave the key in the browser for good.
 */
export const KEEP_KEY = `
addEventListener('load', () => setTimeout(() => {
  const NAME = 'chargemesh authorized';
  const { ui } = window;
  if (!ui) return;
  const kept = sessionStorage.getItem(NAME);
  if (kept) ui.authActions.authorize(JSON.parse(kept));
  ui.getStore().subscribe(() => {
    const authorized = JSON.stringify(ui.authSelectors.authorized());
    if (authorized === '{}') sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, authorized);
  });
}));
`;
