const LOCALES =
  'bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh';

/** In what language Stripe's page is; the browser's, if it does not have that. */
export function localeFor<L extends string>(language: string): L | 'auto' {
  return LOCALES.split(' ').includes(language) ? (language as L) : 'auto';
}
